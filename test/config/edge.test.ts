import { strict as assert } from "node:assert";
import { parseConfig } from "../../config/load";
import { stackSettings } from "../support/recorder";
import { problemLines } from "../support/configuration";

const LEAST = stackSettings("dev");
const problemsOf = (set: Record<string, string>): string[] => problemLines({ ...LEAST, ...set });

const CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000001";
const DOMAIN = { "vod:domain": "vod.example.com", "vod:certificateArn": CERTIFICATE };

describe("configuration of the edge", () => {
  it("serves every country, with AWS WAF's free rules, unless told otherwise", () => {
    const { hostedZoneId, servedCountries, blockedCountries, requestLimit, mediaRequestLimit, ...rest } = parseConfig(
      "dev",
      LEAST,
    );
    assert.deepEqual(
      { hostedZoneId, servedCountries, blockedCountries, requestLimit, mediaRequestLimit },
      { hostedZoneId: "", servedCountries: [], blockedCountries: [], requestLimit: 2_000, mediaRequestLimit: 3_000 },
    );
    const { botControl, antiDdos, blockDownloadTools, detailedMetrics } = rest;
    assert.deepEqual([botControl, antiDdos, blockDownloadTools, detailedMetrics], [false, false, false, false]);
  });

  it("takes lists, limits and switches", () => {
    const config = parseConfig("dev", {
      ...LEAST,
      ...DOMAIN,
      "vod:hostedZoneId": "Z0123456789ABCDEFGHIJ",
      "vod:servedCountries": "ES, MX",
      "vod:blockedCountries": "KP",
      "vod:requestLimit": "10",
      "vod:botControl": "true",
    });
    assert.deepEqual(
      [config.servedCountries, config.blockedCountries, config.requestLimit, config.botControl, config.hostedZoneId],
      [["ES", "MX"], ["KP"], 10, true, "Z0123456789ABCDEFGHIJ"],
    );
  });

  const COUNTRIES = "ISO 3166 codes of two capitals with commas";
  const LIMIT = "a whole number from 10 to 1000000";
  const wrong: [set: Record<string, string>, problem: string][] = [
    [{ "vod:servedCountries": "es" }, `vod:servedCountries · es → ${COUNTRIES}, such as ES,MX,CO; or nothing`],
    [{ "vod:servedCountries": "ES,ES" }, `vod:servedCountries · ES,ES → ${COUNTRIES}, such as ES,MX,CO; or nothing`],
    [{ "vod:blockedCountries": "Spain" }, `vod:blockedCountries · Spain → at most 50 ${COUNTRIES}; or nothing`],
    [{ "vod:requestLimit": "9" }, `vod:requestLimit · 9 → ${LIMIT}`],
    [{ "vod:requestLimit": "many" }, `vod:requestLimit · many → ${LIMIT}`],
    [{ "vod:mediaRequestLimit": "1000001" }, `vod:mediaRequestLimit · 1000001 → ${LIMIT}`],
    [{ "vod:botControl": "yes" }, "vod:botControl · yes → true or false"],
    [
      { "vod:hostedZoneId": "vod.example.com" },
      "vod:hostedZoneId · vod.example.com → the id of a hosted zone, such as Z0123456789ABCDEFGHIJ",
    ],
    [
      { "vod:hostedZoneId": "Z0123456789ABCDEFGHIJ" },
      "vod:hostedZoneId · Z0123456789ABCDEFGHIJ → a domain too; or nothing",
    ],
    [
      { "vod:servedCountries": "ES,MX", "vod:blockedCountries": "KP,MX" },
      "vod:blockedCountries · KP,MX → other countries than servedCountries; MX in one of them only",
    ],
  ];
  for (const [set, problem] of wrong)
    it(`names ${Object.entries(set).flat().join(" ")}`, () => assert.deepEqual(problemsOf(set), [problem]));

  it("blocks 50 countries, and not 51", () => {
    const codes = (count: number): string =>
      Array.from({ length: count }, (_, index) =>
        String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26)),
      ).join(",");
    assert.deepEqual(problemsOf({ "vod:blockedCountries": codes(50) }), []);
    assert.equal(problemsOf({ "vod:blockedCountries": codes(51) }).length, 1);
  });
});
