// Uses the MCP server by the official client for TypeScript. Arguments: folder of the client, then URL, or command and its
// arguments.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, ...target] = process.argv.slice(2);
const resolve = createRequire(`${folder}/`).resolve;
const load = (name) => import(pathToFileURL(resolve(name)));
const { Client, StreamableHTTPClientTransport } = await load("@modelcontextprotocol/client");
const { StdioClientTransport } = await load("@modelcontextprotocol/client/stdio");

const transport = target[0].startsWith("http")
  ? new StreamableHTTPClientTransport(new URL(target[0]))
  : new StdioClientTransport({ command: target[0], args: target.slice(1), env: process.env, stderr: "ignore" });
const client = new Client({ name: "test", version: "1.0.0" });
await client.connect(transport);
console.log("server:", client.getServerVersion().name);

const { tools } = await client.listTools();
console.log("tools:", tools.map((tool) => tool.name).join());

const reports = [];
const call = (name, args, options) => client.callTool({ name, arguments: args }, options);
const asked = { question: "What is the vault code?" };
const answer = await call("ask", asked, { onprogress: (progress) => reports.push(progress.message) });
const { answer: text, outcome, citations, run } = answer.structuredContent;
console.log("answer:", text, outcome, "source:", citations[0].place);
console.log("progress:", reports[0].split(" ")[0]);

const trace = (await call("trace", { run })).structuredContent;
console.log("trace:", trace.outcome, trace.total_steps, "steps");

const { passages } = (await call("search", { query: "leaking roof" })).structuredContent;
console.log("search:", passages[0].place);

const wrong = await call("read", { document: "/etc/passwd" });
console.log("error:", wrong.isError, wrong.content[0].text.split("\n")[0]);
await client.close();
