// The page: from the stream to the tiles, and from the reader's choice to what they see.

import { announcement } from "./announce.js";
import { choose, numbers, update } from "./circuits.js";
import { readChoice } from "./choice.js";
import { clock } from "./format.js";
import { listen } from "./stream.js";

const connection = document.getElementById("connection");
const processLine = document.getElementById("process");
const announcer = document.getElementById("announcer");
const states = document.getElementById("states");

let connected = ""; // what the title says instead of numbers while they aren't known
let shown; // the process

function show(message) {
  if (message.process) showProcess(message.process);
  const words = announcement(update(message));
  if (words) announcer.textContent = words;
  summarize();
  document.dispatchEvent(new Event("told"));
}

/** Names the process: behind a load balancer a stream that comes back may be another's. */
function showProcess(process) {
  const { id, started, version } = process;
  const before = shown && shown !== id ? shown : null;
  shown = document.body.dataset.process = id;
  const words = [`Process ${id}`, `started ${clock(started)}`];
  if (version) words.push(version);
  if (before) words.push(`before it, this page showed process ${before}`);
  processLine.textContent = words.join(", ");
  if (before) announcer.textContent = `This page now shows process ${id}.`;
}

function summarize() {
  const n = numbers();
  for (const button of states.children) {
    const number = n[button.dataset.show];
    button.querySelector("b").textContent = number;
    button.toggleAttribute("data-some", number > 0);
  }
  const what = connected || (n.trouble ? `${n.trouble} in trouble` : "");
  document.title = what ? `${what} – Circuits` : "Circuits";
}

const lines = {
  live: ["Live", ""],
  broken: ["Connection lost, trying again…", "Connection lost"],
  paused: ["Paused while nobody looks", "Paused"],
};

function setConnection(state) {
  const [text, title] = lines[state];
  if (connection.textContent !== text) connection.textContent = text;
  document.body.classList.toggle("broken", state !== "live");
  connected = title;
  if (state !== "live") summarize();
}

readChoice(choose);
listen("events", { message: show, connection: setConnection });
// What a button has changed shows at once.
document.addEventListener("circuit", (event) => show({ circuits: [event.detail] }));
