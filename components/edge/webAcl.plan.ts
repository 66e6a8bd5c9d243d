/**
 * What the web ACLs let through. Pure data, in the order in which AWS WAF tries it; `statements.ts` writes it in the
 * provider's shape.
 *
 * What is exempt is recognised by the exact shape of our own keys, never by how a path begins: CloudFront resolves dots
 * and escapes before it picks a behaviour, AWS WAF sees the path as it was sent, and `/media/../api/titles` would pass
 * unread.
 */
import type { Input } from "@pulumi/pulumi";

export type Field = "path" | { header: string };
type Position = "EXACTLY" | "STARTS_WITH" | "ENDS_WITH" | "CONTAINS";
type Transformation = "LOWERCASE" | "URL_DECODE";

export type Condition =
  | { kind: "text"; field: Field; position: Position; text: Input<string> }
  | { kind: "pattern"; field: Field; pattern: string; transform?: Transformation }
  | { kind: "present"; field: Field }
  | { kind: "countries"; codes: string[] }
  | { kind: "not"; of: Condition }
  | { kind: "all" | "any"; of: Condition[] };

export interface Refusal {
  status: number;
  /** Seconds after which a client may ask again. */
  retryAfter?: number;
}

interface RuleBase {
  /** Unique in the ACL; also the metric's name. */
  name: string;
}

/** A condition of ours. */
interface OwnRule extends RuleBase {
  kind: "own";
  condition: Condition;
  action: "block" | "count";
  refusal?: Refusal;
}

/** Requests of one address; those beyond the limit are refused until it falls below. */
interface RateRule extends RuleBase {
  kind: "rate";
  /** Requests in the window, 10 at least. */
  limit: number;
  /** Which requests count. */
  scope: Condition;
}

/** A group of rules that AWS maintains. */
export interface ManagedRule extends RuleBase {
  kind: "managed";
  group: string;
  /** Rules of the group that only count. */
  counted?: string[];
  scope?: Condition;
  settings?: "commonBots" | "flood";
}

export type AclRule = OwnRule | RateRule | ManagedRule;

/** Seconds: AWS WAF's window for rates. */
export const RATE_WINDOW = 300;
/** AWS WAF quotas: codes in one statement. */
export const MOST_COUNTRIES = 50;

const SEGMENT = "[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*";
/** A key of ours: no escapes, no empty, `.` or `..` segment. */
const under = (...prefixes: string[]): string => `^/(${prefixes.join("|")})(/${SEGMENT})+$`;

const path = (pattern: string, transform?: Transformation): Condition => ({
  kind: "pattern",
  field: "path",
  pattern,
  ...(transform && { transform }),
});
const not = (of: Condition): Condition => ({ kind: "not", of });
const header = (name: string): Field => ({ header: name });

const MEDIA = path(under("media"));
/** Objects of a bucket: no program reads what a request for them says. */
const STORED = path(under("media", "posters"));
const MANIFEST = path("^/media/.+\\.(m3u8|mpd)$", "URL_DECODE");

/** OWASP's ten as far as AWS's groups go. Bodies beyond 8 KB are counted only: the api bounds them itself. */
const owasp = (scope?: Condition): ManagedRule[] =>
  [
    { name: "owasp", group: "AWSManagedRulesCommonRuleSet", counted: ["SizeRestrictions_BODY"] },
    { name: "known-bad-inputs", group: "AWSManagedRulesKnownBadInputsRuleSet" },
    { name: "sql-injection", group: "AWSManagedRulesSQLiRuleSet" },
  ].map((rule) => ({ kind: "managed", ...rule, ...(scope && { scope }) }));

export interface ViewerAclSpec {
  /** Host name of the page; without one any of CloudFront's own is taken for it. */
  host?: string;
  /** Countries that get nothing, ISO 3166 alpha-2, at most 50. Empty: none. */
  blockedCountries: string[];
  /** Requests that one address may send in five minutes to everything that is not media. */
  requestLimit: number;
  /** The same for media. A player asks for about 100. */
  mediaRequestLimit: number;
  botControl: boolean;
  antiDdos: boolean;
  /** Refuses programs that save media; otherwise they are counted, since some television sets use the same libraries. */
  blockDownloadTools: boolean;
}

/** Players fetch a title's manifests once: whoever asks for more of them than this in five minutes collects titles. */
const MANIFEST_LIMIT = 600;
/** Requests for media without our cookie in five minutes: every page that plays has one. */
const COOKIELESS_LIMIT = 100;

const DOWNLOAD_TOOLS = "(yt-dlp|youtube-dl|streamlink|n_m3u8dl|aria2|lavf/|ffmpeg|wget/|curl/|httrack)";

/** Our own pages, by the Referer that they send (Referrer-Policy same-origin sends it to media). */
const fromOurPages = (host: string | undefined): Condition =>
  host === undefined
    ? { kind: "pattern", field: header("referer"), pattern: "^https://[a-z0-9]+\\.cloudfront\\.net/" }
    : { kind: "text", field: header("referer"), position: "STARTS_WITH", text: `https://${host}/` };

/** Rules for video on demand. Native players send neither header and pass; the signed cookie is the real lock. */
const againstHotlinks = (host: string | undefined): OwnRule => ({
  kind: "own",
  name: "hotlink",
  action: "block",
  condition: {
    kind: "all",
    of: [
      MANIFEST,
      {
        kind: "any",
        of: [
          { kind: "pattern", field: header("sec-fetch-site"), pattern: "^(cross-site|same-site)$" },
          { kind: "all", of: [{ kind: "present", field: header("referer") }, not(fromOurPages(host))] },
        ],
      },
    ],
  },
});

const againstScraping = (spec: ViewerAclSpec): AclRule[] => [
  {
    kind: "rate",
    name: "media-without-cookie",
    limit: COOKIELESS_LIMIT,
    scope: {
      kind: "all",
      of: [MEDIA, not({ kind: "text", field: header("cookie"), position: "CONTAINS", text: "CloudFront-Signature=" })],
    },
  },
  { kind: "rate", name: "manifest-rate", limit: MANIFEST_LIMIT, scope: MANIFEST },
  { kind: "rate", name: "media-rate", limit: spec.mediaRequestLimit, scope: MEDIA },
  { kind: "rate", name: "request-rate", limit: spec.requestLimit, scope: not(MEDIA) },
  {
    kind: "own",
    name: "download-tools",
    action: spec.blockDownloadTools ? "block" : "count",
    condition: {
      kind: "all",
      of: [MEDIA, { kind: "pattern", field: header("user-agent"), pattern: DOWNLOAD_TOOLS, transform: "LOWERCASE" }],
    },
  },
];

/** Requests from countries that the stack excludes: 451, "unavailable for legal reasons". */
const againstCountries = (codes: string[]): OwnRule[] =>
  codes.length === 0
    ? []
    : [
        {
          kind: "own",
          name: "country",
          action: "block",
          condition: { kind: "countries", codes },
          refusal: { status: 451 },
        },
      ];

const FLOOD: ManagedRule = {
  kind: "managed",
  name: "flood",
  group: "AWSManagedRulesAntiDDoSRuleSet",
  settings: "flood",
};
const REPUTATION: ManagedRule = {
  kind: "managed",
  name: "reputation",
  group: "AWSManagedRulesAmazonIpReputationList",
};
/** Offices and schools go out through hosting providers: those addresses only count. */
const ANONYMOUS: ManagedRule = {
  kind: "managed",
  name: "anonymous",
  group: "AWSManagedRulesAnonymousIpList",
  counted: ["HostingProviderIPList"],
};
const BOTS: ManagedRule = {
  kind: "managed",
  name: "bots",
  group: "AWSManagedRulesBotControlRuleSet",
  // What apps on phones and television sets look like.
  counted: ["CategoryHttpLibrary", "SignalNonBrowserUserAgent"],
  scope: not(STORED),
  settings: "commonBots",
};

/**
 * Rules of the ACL in front of CloudFront, where the viewer's own address is seen. Bot Control stands last and reads no
 * media: it is paid for by the request.
 */
export const viewerRules = (spec: ViewerAclSpec): AclRule[] => [
  ...(spec.antiDdos ? [FLOOD] : []),
  ...againstCountries(spec.blockedCountries),
  REPUTATION,
  ANONYMOUS,
  againstHotlinks(spec.host),
  ...againstScraping(spec),
  ...owasp(not(STORED)),
  ...(spec.botControl ? [BOTS] : []),
];

/** Header by which the balancer knows the distribution. */
export const ORIGIN_HEADER = "x-origin-verify";

/**
 * Rules of the ACL in front of an internet-facing balancer. Every address it sees is CloudFront's, so reputation, rates
 * and countries are judged by the other ACL alone; this one makes sure that nobody goes past it.
 * @param secret what the distribution sends in `ORIGIN_HEADER`.
 */
export const balancerRules = (secret: Input<string>): AclRule[] => [
  {
    kind: "own",
    name: "past-the-cdn",
    action: "block",
    condition: not({ kind: "text", field: header(ORIGIN_HEADER), position: "EXACTLY", text: secret }),
  },
  ...owasp(),
];
