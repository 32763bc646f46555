// The first look: ranked victims and networks as tables. The token comes in the fragment, leaves the address at once, and is kept
// for this tab only. Everything shown is set as text.
'use strict';

const words = {
  zh: {
    other: 'English', victims: '可能受骗的人', networks: '诈骗团伙', asOf: '数据截至', none: '没有需要显示的内容。',
    token: '请用访问令牌打开本页：/#token=…（graphsvc serve 启动时显示，或用 graphsvc token create 创建）。', failed: '无法读取：',
    victimHead: ['名次', '号码', '等级', '阶段', '受骗概率', '截止', '团伙', '依据'],
    networkHead: ['编号', '号码数', '已标记', '接触人数', '损失', '最近活动'],
  },
  en: {
    other: '中文', victims: 'Likely victims', networks: 'Scam networks', asOf: 'As of', none: 'Nothing to show.',
    token: 'Open this page with an access token: /#token=… (graphsvc serve prints one; graphsvc token create makes them).', failed: 'Cannot read: ',
    victimHead: ['Rank', 'Number', 'Grade', 'Stage', 'Loses', 'Act before', 'Network', 'Why'],
    networkHead: ['Reference', 'Numbers', 'Flagged', 'Exposed', 'Losses', 'Last seen'],
  },
};
const figures = { victims: [0, 4], networks: [1, 2, 3, 4] };
const query = `query FirstLook($language: Language!) {
  service { analysis { asOf } }
  victims(first: 50) { edges { node { rank number grade stage probability deadlineAt network { reference }
    evidence { contribution text(language: $language) } } } }
  networks(first: 20) { edges { node { reference size flaggedCount exposed losses lastSeen } } }
}`;

let language = sessionStorage.getItem('language') || (navigator.language.startsWith('zh') ? 'zh' : 'en');
const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) {
  sessionStorage.setItem('token', given);
  history.replaceState(null, '', location.pathname);
}

const at = (id) => document.getElementById(id);
const when = (text) => (text ? new Date(text).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'short', timeStyle: 'short' }) : '–');

function row(cells, figure, tag = 'td', kind = '') {
  const made = document.createElement('tr');
  made.className = kind;
  cells.forEach((text, place) => {
    const cell = document.createElement(tag);
    cell.textContent = text;
    if (figure.includes(place)) cell.className = 'figure';
    made.append(cell);
  });
  return made;
}

function why(evidence) {
  return evidence.slice().sort((a, b) => b.contribution - a.contribution).slice(0, 2).map((one) => one.text).join(' ');
}

function show(data) {
  const said = words[language];
  at('fresh').textContent = data.service.analysis ? `${said.asOf} ${when(data.service.analysis.asOf)}` : '';
  const victims = data.victims.edges.map(({ node }) => row(
    [node.rank, node.number, node.grade, node.stage, `${(node.probability * 100).toFixed(1)}%`, when(node.deadlineAt),
      node.network ? node.network.reference : '–', why(node.evidence)], figures.victims, 'td', node.grade));
  const networks = data.networks.edges.map(({ node }) => row(
    [node.reference, node.size, node.flaggedCount, node.exposed, node.losses, when(node.lastSeen)], figures.networks));
  at('victims').replaceChildren(...victims);
  at('networks').replaceChildren(...networks);
  at('note').textContent = victims.length || networks.length ? '' : said.none;
}

async function read() {
  const said = words[language];
  document.documentElement.lang = language;
  at('language').textContent = said.other;
  at('victims-title').textContent = said.victims;
  at('networks-title').textContent = said.networks;
  at('victims-head').replaceChildren(row(said.victimHead, figures.victims, 'th'));
  at('networks-head').replaceChildren(row(said.networkHead, figures.networks, 'th'));
  const token = sessionStorage.getItem('token');
  if (!token) { at('note').textContent = said.token; return; }
  try {
    const answer = await fetch('graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { language: language.toUpperCase() } }),
    });
    const content = await answer.json();
    if (!content.data || content.errors) throw new Error(content.errors[0].message);
    show(content.data);
  } catch (failed) {
    at('note').textContent = said.failed + failed.message;
  }
}

at('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  sessionStorage.setItem('language', language);
  read();
});
read();
