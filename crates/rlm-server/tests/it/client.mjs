// Uses the service by OpenAI's own client for JavaScript. Arguments: folder of the client, base URL, text.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, baseURL, text] = process.argv.slice(2);
const found = createRequire(`${folder}/`).resolve("openai");
const { default: OpenAI } = await import(pathToFileURL(found));
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
const asked = { model: "rlm", messages: [{ role: "user", content: text }] };

const models = [];
for await (const model of client.models.list()) models.push(model.id);
console.log("models:", models.join());

const reply = await client.chat.completions.create(asked);
console.log("answer:", reply.choices[0].message.content, "citation:", reply.rlm.citations[0].quote);

let answer = "";
for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
  answer += chunk.choices[0]?.delta?.content ?? "";
}
console.log("streamed:", answer);

try {
  await client.chat.completions.create({ ...asked, model: "gpt-5.1" });
} catch (error) {
  console.log("refused:", error.constructor.name, error.code);
}

const file = await client.files.create({ file: new File(["The vault code is 7-4-1."], "vault.md"), purpose: "user_data" });
const parts = [{ type: "input_file", file_id: file.id }, { type: "input_text", text: "What is the vault code?" }];
const question = [{ role: "user", content: parts }];
const stream = client.responses.stream({ model: "rlm", input: question });
console.log("response:", (await stream.finalResponse()).output_text);
