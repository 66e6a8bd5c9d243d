/** Required before a function's own code: its clock is CLOCK_AHEAD_MINUTES ahead. */
const ahead = Number(process.env.CLOCK_AHEAD_MINUTES) * 60_000;
const RealDate = Date;
class LaterDate extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [RealDate.now() + ahead]));
  }
  static now() {
    return RealDate.now() + ahead;
  }
}
globalThis.Date = LaterDate;
