// The bulletin of the day: kinds of scam and networks, without numbers and without small counts.

import { count } from '../formats';
import { Answered } from '../parts/notice';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-bulletin.graphql?raw';

interface Row {
  key: string;
  count: number | null;
  zh: string;
  en: string;
}

interface Answer {
  dailyBulletin: { date: string; sections: { key: string; total: number | null; zh: string; en: string; rows: Row[] }[] };
}

export function Bulletin() {
  const { language, words } = useSpeaking();
  const asked = useAnswer<Answer>(document, {});
  return (
    <section>
      <h2>{words.bulletinTitle}</h2>
      <Answered asked={asked}>
        {({ dailyBulletin }) => (
          <>
            <p class="quiet">{dailyBulletin.date}</p>
            {dailyBulletin.sections.map((section) => (
              <dl class="counts" key={section.key}>
                <dt class="head">{section[language]}</dt>
                <dd>{section.total !== null ? count(section.total, language) : section.rows.length === 0 && '–'}</dd>
                {section.rows.map((row) => (
                  <>
                    <dt>{row[language]}</dt>
                    <dd>{row.count === null ? words.fewerThanFive : count(row.count, language)}</dd>
                  </>
                ))}
              </dl>
            ))}
          </>
        )}
      </Answered>
    </section>
  );
}
