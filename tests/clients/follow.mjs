// Answers a query by following links, as Comunica does on the web. The graph's IRIs are names on w3id.org; a
// redirection there leads to a service, and this stands in for it: no other address is reached.
import { QueryEngine } from '@comunica/query-sparql-link-traversal';

const [service, namespace, query, ...sources] = process.argv.slice(2);
const fetched = new Set();

function redirected(input, init) {
  const asked = input.url ?? String(input);
  const address = asked.startsWith(namespace) ? service + asked.slice(namespace.length) : asked;
  if (!address.startsWith(service)) {
    return Promise.reject(new Error(`${asked} is elsewhere`));
  }
  fetched.add(asked);
  return fetch(address, init);
}

const engine = new QueryEngine();
const bindings = await engine.queryBindings(query, { sources, lenient: true, fetch: redirected });
const rows = (await bindings.toArray()).map((row) =>
  Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value])),
);
process.stdout.write(JSON.stringify({ rows, fetched: [...fetched] }), () => process.exit());
