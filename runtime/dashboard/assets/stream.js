// The stream of messages, which comes back by itself when it breaks.

const silence = 5000; // The server speaks once a second.
const waits = [1000, 2000, 5000, 10000];

/** Calls `message(data)` for each message, and `broken(is)` as the stream breaks and returns. */
export function listen(address, { message, broken }) {
  let source, watchdog, failures = 0;

  function open() {
    source = new EventSource(address);
    source.onmessage = (event) => {
      failures = 0;
      watch();
      broken(false);
      message(JSON.parse(event.data));
    };
    // EventSource tries again after some errors and not after others: do it alike for all.
    source.onerror = retry;
    watch();
  }

  function watch() {
    clearTimeout(watchdog);
    watchdog = setTimeout(retry, silence);
  }

  function retry() {
    clearTimeout(watchdog);
    source.close();
    broken(true);
    setTimeout(open, waits[Math.min(failures++, waits.length - 1)]);
  }

  open();
}
