/** Reading of IAM policy documents: of roles, buckets, queues, topics, keys and buses alike. */
import type { Fields } from "./fields";
import type { Subject } from "./rule";

export interface Principal {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for everybody. */
  readonly kind: string;
  readonly value: string;
}

/** One statement. Every reader throws `UnknownValue` on what is not known yet. */
export class Statement {
  constructor(private readonly fields: Fields) {}

  get label(): string {
    return this.fields.text("Sid") ?? this.fields.path;
  }
  allows(): boolean {
    return this.fields.text("Effect") === "Allow";
  }
  actions(): string[] {
    return this.fields.texts("Action");
  }
  resources(): string[] {
    return this.fields.texts("Resource");
  }
  /** `NotAction`, `NotResource` and `NotPrincipal` in an Allow grant everything but a list. */
  inverted(): string[] {
    return ["NotAction", "NotResource", "NotPrincipal"].filter((key) => this.fields.has(key));
  }
  principals(): Principal[] {
    const bare = this.fields.texts("Principal");
    if (bare.length > 0) return bare.map((value) => ({ kind: "*", value }));
    const map = this.fields.one("Principal");
    return map.keys().flatMap((kind) => map.texts(kind).map((value) => ({ kind, value })));
  }
  /** Values of a condition key under any of the operators (all, when none is named); keys are case-insensitive. */
  condition(key: string, operators: readonly string[] = []): string[] {
    const block = this.fields.one("Condition");
    return block
      .keys()
      .filter((operator) => operators.length === 0 || operators.includes(operator))
      .flatMap((operator) => {
        const test = block.one(operator);
        const name = test.keys().find((candidate) => candidate.toLowerCase() === key.toLowerCase());
        return name === undefined ? [] : test.texts(name);
      });
  }
  /** Condition keys in lower case. Known even where the values are not. */
  conditionKeys(): string[] {
    const block = this.fields.one("Condition");
    return block.keys().flatMap((operator) =>
      block
        .one(operator)
        .keys()
        .map((key) => key.toLowerCase()),
    );
  }
}

export const statementsOf = (document: Fields): Statement[] =>
  document.many("Statement").map((fields) => new Statement(fields));

/** Everybody, signed in or not. */
export const isEverybody = ({ kind, value }: Principal): boolean => value === "*" && (kind === "*" || kind === "AWS");

/** Condition keys that tie a service's call to our own resources or account (IAM User Guide, "The confused deputy problem"). */
const CALLER_KEYS = [
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:principalorgid",
  "kms:viaservice",
  "kms:calleraccount",
];

/** Whether a statement for a service is tied to its caller. */
export const namesCaller = (statement: Statement): boolean =>
  statement.conditionKeys().some((key) => CALLER_KEYS.includes(key) || key.startsWith("kms:encryptioncontext:"));

/**
 * Log deliveries whose path names the account that they are of (Application Load Balancers, "Enable access logs"): the
 * service sends no caller, and writes nobody else's logs there.
 */
const BY_PATH = "logdelivery.elasticloadbalancing.amazonaws.com";
const OWN_LOGS = /\/AWSLogs\/\d{12}\/\*$/;
const namesOwner = (statement: Statement, services: readonly string[]): boolean =>
  services.every((service) => service === BY_PATH) && statement.resources().every((path) => OWN_LOGS.test(path));

/** Reports what a resource policy leaves open: everybody, all but a list, or a service on behalf of anybody. */
export function reportOpenings(document: Fields, { report, part }: Subject): void {
  for (const statement of statementsOf(document)) {
    part(() => {
      if (!statement.allows()) return;
      const label = statement.label;
      const inverted = statement.inverted();
      if (inverted.length > 0) report(`statement ${label} admits all but a list · ${inverted.join(", ")}`);
      const principals = statement.principals();
      if (principals.some(isEverybody)) report(`statement ${label} admits everybody · Principal "*"`);
      const services = principals.filter(({ kind }) => kind === "Service").map(({ value }) => value);
      if (services.length > 0 && !namesCaller(statement) && !namesOwner(statement, services))
        report(`statement ${label} admits a service on behalf of any account · ${services.join(", ")}`);
    });
  }
}

/** Whether some statement allows a service one of the actions; `kms:*` and the like count. */
export const admitsService = (document: Fields, service: RegExp, actions: readonly string[]): boolean =>
  statementsOf(document).some(
    (statement) =>
      statement.allows() &&
      statement.principals().some(({ kind, value }) => kind === "Service" && service.test(value)) &&
      statement.actions().some((granted) => actions.some((action) => covers(granted, action))),
  );

/** Whether a granted action, which may end in `*`, covers an action. */
const covers = (granted: string, action: string): boolean =>
  granted.endsWith("*") ? action.startsWith(granted.slice(0, -1)) : granted === action;

/**
 * Whether a document denies everybody every request that does not come by TLS. SNS takes no wildcard in a topic policy:
 * there, denying publication counts.
 */
export function deniesPlainText(document: Fields): boolean {
  return statementsOf(document).some(
    (statement) =>
      !statement.allows() &&
      statement.condition("aws:SecureTransport", ["Bool"]).includes("false") &&
      statement.principals().some(isEverybody) &&
      statement.actions().some((action) => action === "*" || /^(\w+:\*|sns:Publish)$/.test(action)),
  );
}
