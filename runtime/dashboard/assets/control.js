// The buttons of a dashboard that may change circuits.

document.getElementById("circuits").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (button) act(button.closest(".tile"), button.dataset.action);
});

async function act(tile, action) {
  const failure = tile.querySelector(".failure");
  failure.textContent = "";
  try {
    const body = new URLSearchParams({ circuit: tile.dataset.circuit, action });
    const response = await fetch("control", { method: "POST", body });
    if (!response.ok) throw new Error(await response.text());
    document.dispatchEvent(new CustomEvent("circuit", { detail: await response.json() }));
  } catch (error) {
    failure.textContent = `Not done: ${error.message}`;
  }
}
