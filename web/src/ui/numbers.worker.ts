/** See prepareNumbers.ts. */
postMessage(new Intl.NumberFormat(navigator.language).format(0));
