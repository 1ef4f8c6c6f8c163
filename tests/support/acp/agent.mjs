// An agent of the Agent Client Protocol that does what its prompt says: a line `DO [...]`, a JSON list of acts.
// Its argument is how it behaves before that: `mute` answers nothing, `dies` ends at once, `future` speaks another version,
// `login` wants to be logged in by the method `api-key`; `asks` has its model say what to do.
import { createInterface } from "node:readline";
import { readFileSync, writeFileSync, existsSync } from "node:fs";

const manner = process.argv[2] ?? "";
if (manner === "dies") {
  console.error("no such model");
  process.exit(7);
}
console.log("a line that is not the protocol's");

let next = 1;
let loggedIn = manner !== "login";
let cancelled = () => {};
const waiting = new Map();
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const ask = (method, params) =>
  new Promise((done) => {
    waiting.set(next, done);
    send({ id: next++, method, params: { sessionId: "s1", ...params } });
  });
const update = (update) => send({ method: "session/update", params: { sessionId: "s1", update } });
const say = (text) => update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
// What an answer was, in one line that a test can look for.
const outcome = (answer, show) => (answer.error ? `refused (${answer.error.message})` : show(answer.result));

const acts = {
  say: async (text) => say(text),
  think: async (text) => update({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text } }),
  plan: async (entries) =>
    update({ sessionUpdate: "plan", entries: entries.map((content) => ({ content, priority: "medium", status: "pending" })) }),
  call: async ([title, kind, status]) => {
    update({ sessionUpdate: "tool_call", toolCallId: title, title, kind, status: "pending" });
    update({ sessionUpdate: "tool_call_update", toolCallId: title, status });
  },
  write: async ([path, content]) => say(`write ${path}: ${outcome(await ask("fs/write_text_file", { path, content }), () => "done")}\n`),
  read: async (path) => say(`read ${path}: ${outcome(await ask("fs/read_text_file", { path }), (result) => result.content)}\n`),
  permission: async ([kind, path]) => {
    const options = ["allow_always", "allow_once", "reject_once"].map((kind) => ({ optionId: `id-${kind}`, name: kind, kind }));
    const toolCall = { toolCallId: "p", title: `${kind} ${path}`, kind, locations: [{ path }] };
    const answer = await ask("session/request_permission", { toolCall, options });
    say(`permission ${path}: ${outcome(answer, (result) => result.outcome.optionId ?? result.outcome.outcome)}\n`);
  },
  terminal: async ({ kill, ...params }) => {
    const made = await ask("terminal/create", params);
    if (made.error) return say(`terminal: ${outcome(made)}\n`);
    const { terminalId } = made.result;
    if (kill) await ask("terminal/kill", { terminalId });
    const ended = (await ask("terminal/wait_for_exit", { terminalId })).result;
    const { output, truncated } = (await ask("terminal/output", { terminalId })).result;
    await ask("terminal/release", { terminalId });
    const after = await ask("terminal/output", { terminalId });
    say(`terminal: ${JSON.stringify({ ...ended, output, truncated })}, released: ${outcome(after, () => "still there")}\n`);
  },
  // Straight to the disk, as most real agents do it.
  disk: async ([path, content]) => {
    try {
      writeFileSync(path, content);
      say(`disk ${path}: done\n`);
    } catch (error) {
      say(`disk ${path}: ${error.code}\n`);
    }
  },
  look: async (path) => say(`look ${path}: ${existsSync(path) ? readFileSync(path, "utf8") : "nothing"}\n`),
  model: async ([path, body]) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${process.env.OPENAI_API_KEY}` };
    const address = process.env.OPENAI_BASE_URL + path;
    try {
      const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
      const text = await answer.text();
      say(`model: ${answer.status} ${text.slice(0, 300)}\n`);
    } catch (error) {
      say(`model: ${error.cause ?? error}\n`);
    }
  },
  variables: async () => say(`variables: ${Object.entries(process.env).map((pair) => pair.join("=")).join(" ")}\n`),
  flood: async (count) => {
    for (let number = 0; number < count; number++) {
      update({ sessionUpdate: "tool_call", toolCallId: `c${number}`, title: "x".repeat(200), kind: "other", status: "pending" });
      if (number % 500 === 0) await new Promise((done) => setImmediate(done));
    }
  },
  long: async (count) => process.stdout.write("{" + "x".repeat(count)),
  die: async (code) => {
    console.error("the agent's last words");
    await new Promise((done) => setTimeout(done, 100));
    process.exit(code);
  },
  // A sign of life on the disk, as long as it lives.
  tick: async (path) => void setInterval(() => writeFileSync(path, String(Date.now())), 10),
  hang: async () => new Promise(() => {}),
  cancel: async () => new Promise((done) => (cancelled = done)).then(() => "cancelled"),
  stop: async (reason) => reason,
};

// What its model says to a prompt.
async function asked(text) {
  const tools = [{ type: "function", function: { name: "do", parameters: { type: "object", properties: {} } } }];
  const body = JSON.stringify({ model: process.env.MODEL, messages: [{ role: "user", content: text }], tools });
  const headers = { "content-type": "application/json", authorization: `Bearer ${process.env.OPENAI_API_KEY}` };
  const answer = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, { method: "POST", headers, body });
  return answer.ok ? (await answer.json()).choices[0].message.content : `The model answers ${answer.status}.`;
}

async function prompt(text) {
  if (manner === "asks") text = await asked(text);
  const line = text.split("\n").findLast((line) => line.startsWith("DO "));
  if (!line) return say("nothing to do"), "end_turn";
  for (const act of JSON.parse(line.slice(3))) {
    const [[name, value]] = Object.entries(act);
    const stop = await acts[name](value);
    if (typeof stop === "string") return stop;
  }
  return "end_turn";
}

const methods = {
  initialize: () => ({
    protocolVersion: manner === "future" ? 2 : 1,
    agentInfo: { name: "fake-agent", version: "1.0" },
    agentCapabilities: {},
    authMethods: manner === "login" ? [{ id: "api-key", name: "A key" }] : [],
  }),
  authenticate: ({ methodId }) => ((loggedIn = methodId === "api-key"), {}),
  "session/new": ({ cwd }) => {
    if (!loggedIn) throw { code: -32000, message: "Authentication required" };
    process.chdir(cwd);
    return { sessionId: "s1" };
  },
  "session/prompt": async ({ prompt: blocks }) => ({ stopReason: await prompt(blocks.map((block) => block.text).join("\n")) }),
};

createInterface({ input: process.stdin }).on("line", async (line) => {
  const message = JSON.parse(line);
  if (manner === "mute") return;
  if (message.method === "session/cancel") return say("told to stop\n"), cancelled();
  if (!message.method) return waiting.get(message.id)?.(message);
  try {
    const result = await methods[message.method](message.params);
    send({ id: message.id, result });
  } catch (error) {
    send({ id: message.id, error: { code: error.code ?? -32603, message: String(error.message ?? error) } });
  }
});
