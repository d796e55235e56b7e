// The page: from the stream to the tiles, and from the reader's choice to what they see.

import { choose, numbers, update } from "./circuits.js";
import { readChoice } from "./choice.js";
import { listen } from "./stream.js";
import { changeWords } from "./words.js";

const connection = document.getElementById("connection");
const announcer = document.getElementById("announcer");
const states = document.getElementById("states");

function show(message) {
  const changes = update(message);
  if (changes.length) announcer.textContent = changeWords(changes);
  summarize(numbers());
}

function summarize(n) {
  for (const button of states.children) {
    const number = n[button.dataset.show];
    button.querySelector("b").textContent = number;
    button.toggleAttribute("data-some", number > 0);
  }
  document.title = n.open ? `${n.open} open – Circuits` : "Circuits";
}

function setBroken(broken) {
  const text = broken ? "Connection lost, trying again…" : "Live";
  if (connection.textContent !== text) connection.textContent = text;
  document.body.classList.toggle("broken", broken);
}

readChoice(choose);
listen("events", { message: show, broken: setBroken });
// What a button has changed shows at once.
document.addEventListener("circuit", (event) => show({ circuits: [event.detail] }));
