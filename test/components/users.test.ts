import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { createUsers, ThreatProtection, type UsersSpec } from "../../components/services/users";
import { userPoolDomain } from "../../lib/names";
import { KEY, platform } from "../support/platform";
import { ACCOUNT, record, type Recording } from "../support/recorder";

const spec = (more: Partial<UsersSpec> = {}): UsersSpec => ({
  platform: platform(),
  viewerOrigin: "https://vod.example.com",
  logsKeyArn: KEY("logs"),
  ...more,
});
const build = (more?: Partial<UsersSpec>): Promise<Recording> =>
  record(() => createUsers(new pulumi.ComponentResource("test:index:Parent", "p"), "u", spec(more)));

const POOL = "aws:cognito/userPool:UserPool";
const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const RISK = "aws:cognito/riskConfiguration:RiskConfiguration";
const LOG = "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration";

describe("users", () => {
  let users: Recording;
  before(async () => {
    users = await build();
  });

  it("keeps viewers and staff in pools of their own, by mail address, with a second factor", () => {
    const pools = users.all(POOL);
    assert.deepEqual(
      pools.map(({ name, inputs }) => [
        name,
        inputs.mfaConfiguration,
        inputs.softwareTokenMfaConfiguration,
        inputs.adminCreateUserConfig,
        inputs.userPoolTier,
        inputs.userPoolAddOns,
      ]),
      [
        [
          "u-viewers",
          "OPTIONAL",
          { enabled: true },
          { allowAdminCreateUserOnly: false },
          "ESSENTIALS",
          { advancedSecurityMode: "OFF" },
        ],
        [
          "u-staff",
          "ON",
          { enabled: true },
          { allowAdminCreateUserOnly: true },
          "PLUS",
          { advancedSecurityMode: "ENFORCED" },
        ],
      ],
    );
    for (const { inputs, options } of pools) {
      assert.deepEqual(
        [inputs.usernameAttributes, inputs.autoVerifiedAttributes, inputs.usernameConfiguration],
        [["email"], ["email"], { caseSensitive: false }],
      );
      assert.deepEqual(inputs.accountRecoverySetting, {
        recoveryMechanisms: [{ name: "verified_email", priority: 1 }],
      });
      assert.deepEqual([inputs.deletionProtection, options.protect, options.retainOnDelete], ["ACTIVE", true, true]);
      assert.deepEqual(inputs.emailConfiguration, { emailSendingAccount: "COGNITO_DEFAULT" });
    }
  });

  it("asks for long passwords, of staff longer ones", () => {
    const common = { requireLowercase: true, requireUppercase: true, requireNumbers: true, requireSymbols: false };
    assert.deepEqual(users.one(POOL, "u-viewers").inputs.passwordPolicy, {
      minimumLength: 12,
      passwordHistorySize: 3,
      temporaryPasswordValidityDays: 7,
      ...common,
    });
    assert.deepEqual(users.one(POOL, "u-staff").inputs.passwordPolicy, {
      minimumLength: 15,
      passwordHistorySize: 12,
      temporaryPasswordValidityDays: 1,
      ...common,
    });
  });

  it("signs in by authorization code, with tokens of 15 minutes that can be revoked", () => {
    const row = (role: string) => {
      const { userPoolId, callbackUrls, logoutUrls, refreshTokenValidity, tokenValidityUnits, ...same } = users.one(
        CLIENT,
        `u-${role}-client`,
      ).inputs;
      assert.equal(userPoolId, `id-of-u-${role}-1a2b3c4`);
      assert.deepEqual(same, {
        generateSecret: false,
        allowedOauthFlowsUserPoolClient: true,
        allowedOauthFlows: ["code"],
        allowedOauthScopes: ["email", "openid"],
        supportedIdentityProviders: ["COGNITO"],
        explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
        accessTokenValidity: 15,
        idTokenValidity: 15,
        refreshTokenRotation: { feature: "ENABLED", retryGracePeriodSeconds: 10 },
        authSessionValidity: 3,
        enableTokenRevocation: true,
        preventUserExistenceErrors: "ENABLED",
        readAttributes: ["email", "email_verified"],
        writeAttributes: ["email"],
      });
      return { callbackUrls, logoutUrls, refreshTokenValidity, tokenValidityUnits };
    };
    const minutes = { accessToken: "minutes", idToken: "minutes" };
    assert.deepEqual(row("viewers"), {
      callbackUrls: ["https://vod.example.com/signed-in"],
      logoutUrls: ["https://vod.example.com/"],
      refreshTokenValidity: 30,
      tokenValidityUnits: { ...minutes, refreshToken: "days" },
    });
    assert.deepEqual(row("staff"), {
      callbackUrls: ["https://vod.example.com/backoffice/signed-in"],
      logoutUrls: ["https://vod.example.com/backoffice"],
      refreshTokenValidity: 8,
      tokenValidityUnits: { ...minutes, refreshToken: "hours" },
    });
  });

  it("refuses and writes down risky sign-ins of staff alone, unless all are to be guarded", async () => {
    assert.deepEqual(
      users.all(RISK).map(({ inputs }) => inputs),
      [
        {
          userPoolId: "id-of-u-staff-1a2b3c4",
          compromisedCredentialsRiskConfiguration: {
            actions: { eventAction: "BLOCK" },
            eventFilters: ["PASSWORD_CHANGE", "SIGN_IN", "SIGN_UP"],
          },
          accountTakeoverRiskConfiguration: {
            actions: {
              lowAction: { eventAction: "MFA_IF_CONFIGURED", notify: false },
              mediumAction: { eventAction: "MFA_REQUIRED", notify: false },
              highAction: { eventAction: "BLOCK", notify: false },
            },
          },
        },
      ],
    );
    assert.deepEqual(
      users.all(LOG).map(({ inputs }) => inputs.logConfigurations),
      [
        [
          {
            eventSource: "userAuthEvents",
            logLevel: "INFO",
            cloudWatchLogsConfiguration: {
              logGroupArn: `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:/vod/dev/sign-ins-staff`,
            },
          },
        ],
      ],
    );
    const all = await build({ threatProtection: ThreatProtection.All });
    assert.deepEqual([all.all(RISK).length, all.all(LOG).length], [2, 2]);
    for (const { inputs } of all.all(POOL)) {
      assert.deepEqual([inputs.userPoolTier, inputs.userPoolAddOns.advancedSecurityMode], ["PLUS", "ENFORCED"]);
    }
  });

  it("knows two groups of staff, of which the admin's counts first", () => {
    const groups = users.all("aws:cognito/userGroup:UserGroup").map(({ inputs }) => [inputs.name, inputs.precedence]);
    assert.deepEqual(groups, [
      ["admin", 1],
      ["editor", 2],
    ]);
  });

  it("sends mail by SES from the sender's own domain, when there is one", async () => {
    const mailing = await build({ mailSender: "no-reply@mail.example.com" });
    for (const { inputs } of mailing.all(POOL)) {
      assert.deepEqual(inputs.emailConfiguration, {
        emailSendingAccount: "DEVELOPER",
        fromEmailAddress: "no-reply@mail.example.com",
        sourceArn: `arn:aws:ses:us-east-1:${ACCOUNT}:identity/mail.example.com`,
      });
    }
  });

  it("has sign-in pages with a look, and tells services and pages where tokens come from", async () => {
    const values: { staff?: unknown } = {};
    const recorded = await record(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "p");
      createUsers(parent, "u", spec()).staff.apply((staff) => (values.staff = staff));
    });
    assert.equal(recorded.all("aws:cognito/managedLoginBranding:ManagedLoginBranding").length, 2);
    const issuer = "https://cognito-idp.us-east-1.amazonaws.com/u-staff-1a2b3c4";
    assert.deepEqual(values.staff, {
      poolId: "id-of-u-staff-1a2b3c4",
      clientId: "id-of-u-staff-client-1a2b3c4",
      issuer,
      jwksUrl: `${issuer}/.well-known/jwks.json`,
      signInUrl: `https://vod-dev-staff-${ACCOUNT}.auth.us-east-1.amazoncognito.com`,
    });
  });

  it("lets the users of an open stack go", async () => {
    const open = await build({ platform: platform({ protect: false }) });
    for (const { inputs, options } of open.all(POOL)) {
      assert.deepEqual([inputs.deletionProtection, options.protect], ["INACTIVE", undefined]);
    }
  });
});

describe("the host name of a user pool", () => {
  const stacks = ["dev", "a-very-long-stack-name-of-forty-two-chars-", "Prod", "my-aws-tests", "cognito-2"];

  it("is one that Cognito takes, whatever the stack is called", () => {
    for (const stack of stacks) {
      for (const role of ["viewers", "staff"]) {
        const domain = userPoolDomain(stack, role, ACCOUNT);
        assert.match(domain, /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/, stack);
        assert.doesNotMatch(domain, /aws|amazon|cognito/, stack);
      }
    }
  });

  it("differs between stacks, roles and accounts", () => {
    const domains = [...stacks, "prod"].flatMap((stack) =>
      ["viewers", "staff"].flatMap((role) => [ACCOUNT, "111122223333"].map((id) => userPoolDomain(stack, role, id))),
    );
    assert.equal(new Set(domains).size, domains.length);
  });
});
