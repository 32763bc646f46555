// Starts GraphiQL on this service. The token comes from the address and leaves it at once; nothing is kept in the browser.
"use strict";

const given = /[#&]token=([^&]+)/.exec(location.hash);
const token = given ? decodeURIComponent(given[1]) : "";
history.replaceState(null, "", location.pathname);

// GraphiQL would keep queries, and the numbers in them, in the browser's storage: here they last as long as the tab.
const kept = new Map();
const storage = {
  get length() { return kept.size; },
  getItem: (key) => (kept.has(key) ? kept.get(key) : null),
  setItem: (key, value) => { kept.set(key, value); },
  removeItem: (key) => { kept.delete(key); },
  clear: () => { kept.clear(); },
};

async function ask(params) {
  const headers = { "Content-Type": "application/json", Accept: "application/graphql-response+json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(params) });
  return answer.json();
}

// GraphiQL's own question about the schema is deeper than any document that is answered here.
const SCHEMA = `query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
  directives { name description locations args { ...V } } types { ...T } } }
fragment T on __Type { kind name description fields(includeDeprecated: true) { name description isDeprecated
  deprecationReason args { ...V } type { ...R } } inputFields { ...V } interfaces { ...R } possibleTypes { ...R }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } }
fragment V on __InputValue { name description defaultValue type { ...R } }
fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`;

const WELCOME = `# graphsvc answers as your token allows. Ctrl-Space shows what there is.
{
  service { version freshness { newestKnownAt } }
  victims(first: 5) { edges { node { rank number grade evidence { text(language: EN) } } } }
}
`;

ask({ query: SCHEMA, operationName: "IntrospectionQuery" }).then((found) => {
  const schema = found.data || null;
  ReactDOM.createRoot(document.getElementById("ide")).render(
    React.createElement(GraphiQL, { fetcher: ask, schema, storage, defaultQuery: WELCOME, shouldPersistHeaders: false }),
  );
});
