/** How the API counts money: in millionths of a currency. */
export const MICROS = 1_000_000;
/** ISO 4217's code for "no currency": what is counted are the provider's photo attempts. */
export const ATTEMPTS = "XXX";
