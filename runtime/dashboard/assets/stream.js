// The stream of messages, which comes back by itself when it breaks.

const silence = 5000; // The server speaks once a second.
const waits = [1000, 2000, 5000, 10000];

/**
 * Calls `message(data)` for each message, and `connection(state)` as the stream is live, broken,
 * or paused: a browser holds six streams to one server, and hidden pages would use them up.
 */
export function listen(address, { message, connection }) {
  let source, timer, failures = 0;

  function open() {
    source = new EventSource(address);
    source.onmessage = (event) => {
      failures = 0;
      watch();
      connection("live");
      message(JSON.parse(event.data));
    };
    // EventSource tries again after some errors and not after others: do it alike for all.
    source.onerror = retry;
    watch();
  }

  function watch() {
    clearTimeout(timer);
    timer = setTimeout(retry, silence);
  }

  function close() {
    clearTimeout(timer);
    source?.close();
  }

  function retry() {
    close();
    connection("broken");
    timer = setTimeout(open, waits[Math.min(failures++, waits.length - 1)]);
  }

  function follow() {
    close();
    if (document.hidden) connection("paused");
    else open();
  }

  document.addEventListener("visibilitychange", follow);
  follow();
}
