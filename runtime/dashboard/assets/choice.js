// What the reader wants to see. It stands in the address, so that it outlives a
// reload and can be sent to a colleague.

const filter = document.getElementById("filter");
const sort = document.getElementById("sort");
const states = document.getElementById("states");

/** Calls `choose({filter, show, order})` now and whenever the reader chooses anew. */
export function readChoice(choose) {
  const address = new URLSearchParams(location.hash.slice(1));
  const known = (wanted, all) => (all.includes(wanted) ? wanted : all[0]);
  filter.value = address.get("filter") ?? "";
  sort.value = known(address.get("sort"), [...sort.options].map((option) => option.value));
  let show = known(address.get("show"), [...states.children].map((button) => button.dataset.show));

  function apply() {
    for (const button of states.children) {
      button.setAttribute("aria-pressed", button.dataset.show === show);
    }
    choose({ filter: filter.value, show, order: sort.value });
  }

  function changed() {
    const chosen = new URLSearchParams();
    if (filter.value) chosen.set("filter", filter.value);
    if (show !== "all") chosen.set("show", show);
    if (sort.value !== sort.options[0].value) chosen.set("sort", sort.value);
    history.replaceState(null, "", `#${chosen}`);
    apply();
  }

  filter.addEventListener("input", changed);
  sort.addEventListener("change", changed);
  states.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    show = button.dataset.show;
    changed();
  });
  apply();
}
