// The buttons of a dashboard that may change circuits.

const circuits = document.getElementById("circuits");
const thinkOver = 6000; // ms in which a second press counts
const readFor = 5000; // ms that a message of a lost connection stays at least
const done = { "force-open": "Forced open.", "force-close": "Forced closed.", "reset": "Reset." };

circuits.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (!button) return;
  const tile = button.closest(".tile");
  if (button.dataset.action === "force-open" && !button.matches(".undo") && !button.armed) {
    arm(button, tile);
  } else {
    disarm(tile);
    act(tile, button.dataset.action, button.matches(".undo"));
  }
});

/** Asks once more: an open circuit turns every caller away. */
function arm(button, tile) {
  say(tile, "Every caller will be turned away. Press again to do it.");
  button.textContent = "Really force open?";
  button.armed = setTimeout(() => disarm(tile), thinkOver);
}

function disarm(tile) {
  const button = tile.querySelector("[data-action=force-open]:not(.undo)");
  if (!button.armed) return;
  clearTimeout(button.armed);
  button.armed = undefined;
  button.textContent = "Force open";
  say(tile, "");
}

async function act(tile, action, undoing) {
  const failure = tile.querySelector(".failure");
  failure.textContent = "";
  say(tile, "");
  const before = undoOf(tile);
  try {
    const body = new URLSearchParams({
      circuit: tile.dataset.circuit, action, process: document.body.dataset.process ?? "",
    });
    const response = await fetch("control", { method: "POST", body });
    if (!response.ok) throw new Error(await response.text());
    document.dispatchEvent(new CustomEvent("circuit", { detail: await response.json() }));
    const back = undoing || before === action ? null : before;
    say(tile, undoing ? "Taken back." : done[action], back);
    if (undoing) tile.querySelector(`.actions button`).focus();
  } catch (error) {
    failure.textContent = `Not done: ${error.message}`;
    // A TypeError is fetch's, where nobody answered: once somebody does, that is over.
    failure.lostAt = error instanceof TypeError ? performance.now() : undefined;
  }
}

/** The action that brings back what the circuit is now. */
function undoOf({ dataset }) {
  if (!("forced" in dataset)) return "reset";
  return dataset.state === "open" ? "force-open" : "force-close";
}

/** Says something beside the buttons, with the action that takes it back, if there is one. */
function say(tile, words, back) {
  const note = tile.querySelector(".note");
  note.querySelector("span").textContent = words;
  const undo = note.querySelector(".undo");
  undo.hidden = !back;
  undo.dataset.action = back ?? "";
  undo.of = undoOf(tile);
}

document.addEventListener("told", () => {
  for (const failure of circuits.querySelectorAll(".failure:not(:empty)")) {
    if (performance.now() - failure.lostAt > readFor) failure.textContent = "";
  }
  for (const undo of circuits.querySelectorAll(".undo:not([hidden])")) {
    const tile = undo.closest(".tile");
    if (undo.of !== undoOf(tile)) say(tile, ""); // Somebody else was at it.
  }
});
