import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { userPoolDomain } from "../../lib/names";
import { named } from "../../lib/tags";
import { createLogGroup } from "../shared/logGroup";
import { arnIn, stateful, type Platform } from "../shared/platform";
import { ACCESS_MINUTES, POOLS, REFRESH_GRACE, RISK, type PoolRole } from "./users.plan";

/** Whose sign-ins Cognito rates by risk. */
export enum ThreatProtection {
  /** $0.02 for each of the staff and month. */
  Staff = "staff",
  /** $0.02 for each viewer too, and no free 10,000. */
  All = "all",
}

/** What a stack may choose about its users. */
export interface UserSettings {
  /** @default ThreatProtection.Staff */
  threatProtection?: ThreatProtection;
  /**
   * Sender of mail to users, in a domain that SES has verified in the platform's region.
   * @default - Cognito's own, which sends 50 a day at most (Amazon Cognito Developer Guide, "Email settings")
   */
  mailSender?: string;
}

export interface UsersSpec extends UserSettings {
  platform: Platform;
  /** Scheme and host of the pages, where sign-in returns to. */
  viewerOrigin: pulumi.Input<string>;
  /** Encrypts the log of sign-ins. */
  logsKeyArn: pulumi.Input<string>;
}

/** What a service needs to check a token, and a page to get one. */
export interface TokenIssuer {
  poolId: string;
  clientId: string;
  /** `iss` of the tokens. */
  issuer: string;
  /** Public keys of the tokens. */
  jwksUrl: string;
  /** Where people sign in. */
  signInUrl: string;
}

export type Users = Record<PoolRole, pulumi.Output<TokenIssuer>>;

/** SES identities are domains here: their ARN is known from the sender's. */
const mailOf = ({ platform, mailSender }: UsersSpec): aws.types.input.cognito.UserPoolEmailConfiguration =>
  mailSender === undefined
    ? { emailSendingAccount: "COGNITO_DEFAULT" }
    : {
        emailSendingAccount: "DEVELOPER",
        fromEmailAddress: mailSender,
        sourceArn: arnIn(platform, "ses", `identity/${mailSender.split("@")[1] ?? ""}`),
      };

function createPool(
  parent: pulumi.Resource,
  name: string,
  role: PoolRole,
  spec: UsersSpec,
  guarded: boolean,
): aws.cognito.UserPool {
  const { platform } = spec;
  const plan = POOLS[role];
  return new aws.cognito.UserPool(
    name,
    {
      userPoolTier: guarded ? "PLUS" : "ESSENTIALS",
      userPoolAddOns: { advancedSecurityMode: guarded ? "ENFORCED" : "OFF" },
      usernameAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ["email"],
      userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdates: ["email"] },
      accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
      adminCreateUserConfig: { allowAdminCreateUserOnly: !plan.selfSignUp },
      mfaConfiguration: plan.mfa,
      softwareTokenMfaConfiguration: { enabled: true },
      passwordPolicy: {
        minimumLength: plan.passwordLength,
        passwordHistorySize: plan.passwordHistory,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: false,
        temporaryPasswordValidityDays: plan.temporaryDays,
      },
      emailConfiguration: mailOf(spec),
      deletionProtection: (platform.protect ?? true) ? "ACTIVE" : "INACTIVE",
      tags: named(platform.tags, name),
    },
    stateful(platform, parent),
  );
}

/**
 * The pages' client: no secret, because a page cannot keep one; by authorization code with PKCE, which Cognito asks for
 * when the page starts with it. With rotating refresh tokens the older refresh flow must not be allowed (Amazon Cognito
 * Developer Guide, "Refresh token rotation").
 */
function createClient(
  parent: pulumi.Resource,
  name: string,
  role: PoolRole,
  pool: aws.cognito.UserPool,
  viewerOrigin: pulumi.Input<string>,
): aws.cognito.UserPoolClient {
  const { refresh, callbackPath, logoutPath } = POOLS[role];
  return new aws.cognito.UserPoolClient(
    name,
    {
      userPoolId: pool.id,
      generateSecret: false,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["email", "openid"],
      callbackUrls: [pulumi.interpolate`${viewerOrigin}${callbackPath}`],
      logoutUrls: [pulumi.interpolate`${viewerOrigin}${logoutPath}`],
      supportedIdentityProviders: ["COGNITO"],
      explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
      accessTokenValidity: ACCESS_MINUTES,
      idTokenValidity: ACCESS_MINUTES,
      refreshTokenValidity: refresh.validity,
      tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: refresh.unit },
      refreshTokenRotation: { feature: "ENABLED", retryGracePeriodSeconds: REFRESH_GRACE },
      authSessionValidity: 3,
      enableTokenRevocation: true,
      preventUserExistenceErrors: "ENABLED",
      readAttributes: ["email", "email_verified"],
      writeAttributes: ["email"],
    },
    { parent },
  );
}

/** Cognito's own pages, which need a look before they answer. */
function createSignInPage(
  parent: pulumi.Resource,
  name: string,
  role: PoolRole,
  platform: Platform,
  { pool, client }: { pool: aws.cognito.UserPool; client: aws.cognito.UserPoolClient },
): pulumi.Output<string> {
  const domain = new aws.cognito.UserPoolDomain(
    `${name}-domain`,
    {
      userPoolId: pool.id,
      domain: pulumi.output(platform.accountId).apply((account) => userPoolDomain(platform.stack, role, account)),
      managedLoginVersion: 2,
    },
    { parent },
  );
  new aws.cognito.ManagedLoginBranding(
    `${name}-look`,
    { userPoolId: pool.id, clientId: client.id, useCognitoProvidedValues: true },
    { parent },
  );
  return pulumi.interpolate`https://${domain.domain}.auth.${platform.region}.amazoncognito.com`;
}

/** Every sign-in of a guarded pool with its risk, kept as long as other logs. */
function watchSignIns(
  parent: pulumi.Resource,
  prefix: string,
  role: PoolRole,
  { platform, logsKeyArn }: UsersSpec,
  pool: aws.cognito.UserPool,
): void {
  new aws.cognito.RiskConfiguration(`${prefix}-${role}-risk`, { userPoolId: pool.id, ...RISK }, { parent });
  const group = createLogGroup(parent, prefix, platform, `sign-ins-${role}`, logsKeyArn);
  new aws.cognito.LogDeliveryConfiguration(
    `${prefix}-${role}-log`,
    {
      userPoolId: pool.id,
      logConfigurations: [
        {
          eventSource: "userAuthEvents",
          logLevel: "INFO",
          cloudWatchLogsConfiguration: { logGroupArn: group.arn },
        },
      ],
    },
    { parent },
  );
}

function createIssuer(
  parent: pulumi.Resource,
  prefix: string,
  role: PoolRole,
  spec: UsersSpec,
): pulumi.Output<TokenIssuer> {
  const { platform } = spec;
  const name = `${prefix}-${role}`;
  const plan = POOLS[role];
  const guarded = role === "staff" || spec.threatProtection === ThreatProtection.All;
  const pool = createPool(parent, name, role, spec, guarded);
  for (const { name: groupName, ...settings } of plan.groups) {
    new aws.cognito.UserGroup(
      `${name}-${groupName}`,
      { userPoolId: pool.id, name: groupName, ...settings },
      { parent },
    );
  }
  const client = createClient(parent, `${name}-client`, role, pool, spec.viewerOrigin);
  if (guarded) watchSignIns(parent, prefix, role, spec, pool);
  const issuer = pulumi.interpolate`https://${pool.endpoint}`;
  return pulumi.output({
    poolId: pool.id,
    clientId: client.id,
    issuer,
    jwksUrl: pulumi.interpolate`${issuer}/.well-known/jwks.json`,
    signInUrl: createSignInPage(parent, name, role, platform, { pool, client }),
  });
}

/**
 * Viewers and staff, each with a user pool, the pages' client and Cognito's own sign-in pages. Staff is invited, belongs
 * to a group and has a second factor, always.
 *
 * Cost (Amazon Cognito pricing): viewers $0.015 a month beyond 10,000; guarded pools $0.02 for each. Cognito encrypts
 * users with a key of its own; it offers none of ours.
 */
export const createUsers = (parent: pulumi.Resource, prefix: string, spec: UsersSpec): Users => ({
  viewers: createIssuer(parent, prefix, "viewers", spec),
  staff: createIssuer(parent, prefix, "staff", spec),
});
