/** Cases of load balancers, user pools and secrets. */
import { add, arn, drop, fails, id, inStack, passes, set, unset, type Case } from "../support/given";

const LB = "aws:lb/loadBalancer:LoadBalancer";
const LISTENER = "aws:alb/listener:Listener";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const SERVICE = "aws:ecs/service:Service";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";
const POOL = "aws:cognito/userPool:UserPool";

const service = add(SERVICE, "api-service", {
  loadBalancers: [{ targetGroupArn: arn("blue"), advancedConfiguration: { alternateTargetGroupArn: arn("green") } }],
});

const BALANCERS: Case[] = [
  fails("alb-drop-invalid-headers", "balancer", "invalid headers", unset("balancer", "dropInvalidHeaderFields")),
  passes("alb-drop-invalid-headers", "a network load balancer", add(LB, "nlb", { loadBalancerType: "network" })),
  fails("alb-desync", "balancer", "desyncMitigationMode monitor", set("balancer", "desyncMitigationMode", "monitor")),
  passes("alb-desync", "the default", unset("balancer", "desyncMitigationMode")),
  fails("alb-logs", "balancer", "nothing is logged · accessLogs", set("balancer", "accessLogs.enabled", false)),
  fails("alb-logs", "balancer", "nothing is logged · connectionLogs", unset("balancer", "connectionLogs")),
  inStack(
    "prod",
    fails("alb-deletion-protection", "balancer", "can be deleted", unset("balancer", "enableDeletionProtection")),
  ),
  passes("alb-deletion-protection", "a development stack", unset("balancer", "enableDeletionProtection")),
  fails("alb-several-zones", "balancer", "in 1 subnet", set("balancer", "subnets", ["subnet-a"])),
  fails("alb-several-zones", "balancer", "in 0 subnets", unset("balancer", "subnets")),
  passes(
    "alb-several-zones",
    "subnets by mapping",
    unset("balancer", "subnets"),
    set("balancer", "subnetMappings", [{ subnetId: "subnet-a" }, { subnetId: "subnet-b" }]),
  ),
  fails("alb-public-tls", "balancer", "has no listener for TLS", drop("api-rule"), drop("https")),
  passes(
    "alb-public-tls",
    "plain HTTP inside the VPC",
    drop("api-rule"),
    drop("https"),
    set("balancer", "internal", true),
  ),
  fails(
    "alb-ingress-80-443-only",
    "balancer",
    "old-door opens tcp 8080 to 8080",
    add(INGRESS, "old-door", { securityGroupId: id("front-group"), ipProtocol: "tcp", fromPort: 8080, toPort: 8080 }),
  ),
  fails("alb-ingress-80-443-only", "balancer", "front-in opens -1 443 to 443", set("front-in", "ipProtocol", "-1")),
  fails("alb-ingress-80-443-only", "balancer", "front-in opens tcp 80 to 443", set("front-in", "fromPort", 80)),
  fails("listener-tls12", "https", "sslPolicy unset", unset("https", "sslPolicy")),
  fails("listener-tls12", "https", "2016-08", set("https", "sslPolicy", "ELBSecurityPolicy-2016-08")),
  fails("listener-tls12", "https", "TLS13-1-0", set("https", "sslPolicy", "ELBSecurityPolicy-TLS13-1-0-2021-06")),
  fails("listener-tls12", "https", "no certificate", unset("https", "certificateArn")),
  passes("listener-tls12", "TLS 1.3 alone", set("https", "sslPolicy", "ELBSecurityPolicy-TLS13-1-3-2021-06")),
  fails(
    "http-listener-redirects",
    "http",
    "plain HTTP is served · fixed-response action",
    set("http", "defaultActions", [{ type: "fixed-response", fixedResponse: { contentType: "text/plain" } }]),
  ),
  fails(
    "http-listener-redirects",
    "http",
    "redirect action",
    set("http", "defaultActions.0.redirect.protocol", "HTTP"),
  ),
  fails(
    "http-listener-redirects",
    "other",
    "forward action",
    add(LISTENER, "other", { loadBalancerArn: arn("balancer"), port: 80, defaultActions: [{ type: "forward" }] }),
  ),
  fails("bg-rule-default-deny", "https", "forwards", set("https", "defaultActions", [{ type: "forward" }])),
  fails("tg-targets", "blue", "ip, HTTP 80", set("blue", "port", 80)),
  fails("tg-targets", "blue", "instance, HTTP 8080", set("blue", "targetType", "instance")),
  fails("tg-targets", "green", "ip, HTTPS 8080", set("green", "protocol", "HTTPS")),
  fails("tg-health", "blue", "/ every 30 s, 200", set("blue", "healthCheck.path", "/")),
  fails("tg-health", "blue", "/health every 10 s", set("blue", "healthCheck.interval", 10)),
  fails("tg-health", "blue", "200-499", set("blue", "healthCheck.matcher", "200-499")),
  fails("tg-health", "blue", "off, ", set("blue", "healthCheck.enabled", false)),
  fails("tg-health", "blue", "timeout 30", set("blue", "healthCheck.timeout", 30)),
  fails("tg-health", "blue", "unset every unset s", unset("blue", "healthCheck")),
  passes("tg-pair-identical", "two alike", service),
  passes(
    "tg-pair-identical",
    "the same settings in another order",
    service,
    set("green", "stickiness", { cookieDuration: 3600, enabled: true, type: "lb_cookie" }),
  ),
  fails(
    "tg-pair-identical",
    "api-service",
    "differ · stickiness",
    service,
    set("green", "stickiness.cookieDuration", 60),
  ),
  fails("tg-pair-identical", "api-service", "differ · healthCheck", service, set("blue", "healthCheck.timeout", 6)),
  fails("tg-pair-identical", "api-service", "differ · port", service, set("green", "port", 80)),
  fails(
    "s3-policy-closed",
    "logs-policy",
    "logdelivery.elasticloadbalancing.amazonaws.com",
    set("logs-policy", "policy", {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          Action: ["s3:PutObject"],
          Resource: ["arn:aws:s3:::logs/alb/*"],
        },
      ],
    }),
  ),
  passes(
    "s3-policy-closed",
    "balancers' logs below the account's own path",
    set("logs-policy", "policy", {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          Action: ["s3:PutObject"],
          Resource: ["arn:aws:s3:::logs/alb/access/AWSLogs/000000000000/*"],
        },
      ],
    }),
  ),
];

const USERS: Case[] = [
  fails("cognito-mfa", "staff", "staff need no second factor", set("staff", "mfaConfiguration", "OPTIONAL")),
  fails(
    "cognito-mfa",
    "staff",
    "users need no second factor · mfaConfiguration OFF",
    unset("staff", "adminCreateUserConfig"),
    unset("staff", "mfaConfiguration"),
  ),
  fails("cognito-mfa", "staff", "no second factor to set up", unset("staff", "softwareTokenMfaConfiguration")),
  passes(
    "cognito-mfa",
    "viewers who may have one",
    unset("staff", "adminCreateUserConfig"),
    set("staff", "mfaConfiguration", "OPTIONAL"),
  ),
  fails(
    "cognito-threat-protection",
    "staff",
    "mode AUDIT",
    set("staff", "userPoolAddOns.advancedSecurityMode", "AUDIT"),
  ),
  fails("cognito-threat-protection", "staff", "tier ESSENTIALS", unset("staff", "userPoolTier")),
  fails("cognito-password", "staff", "minimumLength 8", set("staff", "passwordPolicy.minimumLength", 8)),
  fails("cognito-password", "staff", "minimumLength 0", unset("staff", "passwordPolicy")),
  fails("cognito-password", "staff", "30 days", set("staff", "passwordPolicy.temporaryPasswordValidityDays", 30)),
  inStack("staging", fails("cognito-deletion-protection", "staff", "INACTIVE", unset("staff", "deletionProtection"))),
  passes("cognito-deletion-protection", "a development stack", unset("staff", "deletionProtection")),
  fails("cognito-token-lifetime", "staff-client", "61 minutes", set("staff-client", "accessTokenValidity", 61)),
  fails(
    "cognito-token-lifetime",
    "staff-client",
    "15 hours · idToken",
    unset("staff-client", "tokenValidityUnits.idToken"),
  ),
  fails("cognito-token-lifetime", "staff-client", "the default of 1", unset("staff-client", "accessTokenValidity")),
  passes(
    "cognito-token-lifetime",
    "an hour",
    set("staff-client", "accessTokenValidity", 1),
    set("staff-client", "tokenValidityUnits.accessToken", "hours"),
  ),
  fails("cognito-flows", "staff-client", "implicit", set("staff-client", "allowedOauthFlows", ["code", "implicit"])),
  fails(
    "cognito-flows",
    "staff-client",
    "ALLOW_USER_PASSWORD_AUTH",
    set("staff-client", "explicitAuthFlows", ["ALLOW_USER_PASSWORD_AUTH"]),
  ),
  fails("cognito-flows", "staff-client", "Cognito chooses the flows", unset("staff-client", "explicitAuthFlows")),
  fails(
    "cognito-flows",
    "staff-client",
    "http://video.example.com/",
    set("staff-client", "callbackUrls", ["http://video.example.com/"]),
  ),
  fails("cognito-flows", "staff-client", "https://*.com", set("staff-client", "logoutUrls", ["https://*.com"])),
  fails(
    "cognito-client-hardening",
    "staff-client",
    "preventUserExistenceErrors LEGACY",
    unset("staff-client", "preventUserExistenceErrors"),
  ),
  fails("cognito-client-hardening", "staff-client", "revoked", set("staff-client", "enableTokenRevocation", false)),
  passes("cognito-threat-protection", "the argued exemption", add(POOL, "vod-services-viewers")),
];

const rotates = (rules: Record<string, unknown>) =>
  add(ROTATION, "push-rotation", { secretId: id("push-key"), rotationRules: rules });
const untagged = unset("push-key", "tags.rotation");

const SECRETS: Case[] = [
  fails("secret-own-key", "push-key", "kmsKeyId is not set", unset("push-key", "kmsKeyId")),
  fails("secret-own-key", "push-key", "alias/aws/", set("push-key", "kmsKeyId", "alias/aws/secretsmanager")),
  fails("secret-rotation", "push-key", "nothing changes the secret", untagged),
  fails("secret-rotation", "push-key", "every 91 days", untagged, rotates({ automaticallyAfterDays: 91 })),
  fails("secret-rotation", "push-key", "every 365 days", untagged, rotates({ scheduleExpression: "rate(365 days)" })),
  passes("secret-rotation", "a month", untagged, rotates({ automaticallyAfterDays: 30 })),
  fails("secret-value-by-operator", "value", "writes a value", add(VERSION, "value", { secretString: "x" })),
  inStack(
    "prod",
    passes("secret-value-by-operator", "AWS's own value", add(VERSION, "vod-edge-origin-secret-version")),
  ),
  fails("secret-policy-closed", "push-key-policy", "blockPublicPolicy", unset("push-key-policy", "blockPublicPolicy")),
  fails(
    "secret-policy-closed",
    "push-key-policy",
    "admits everybody",
    set("push-key-policy", "policy.Statement.0.Effect", "Allow"),
  ),
  fails(
    "secret-policy-closed",
    "push-key-policy",
    "may read this one",
    set("push-key-policy", "policy.Statement.0.Action", ["secretsmanager:DeleteSecret"]),
  ),
  fails("secret-recovery-window", "push-key", "lasts 0 days", set("push-key", "recoveryWindowInDays", 0)),
  inStack(
    "prod",
    fails("secret-recovery-window", "push-key", "lasts 7 days", set("push-key", "recoveryWindowInDays", 7)),
  ),
];

const trusts = (Condition?: unknown) =>
  set("job-role", "assumeRolePolicy", {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: ["sts:AssumeRole"],
        ...(Condition !== undefined && { Condition }),
      },
    ],
  });
const wholeAccount = (Condition?: unknown) =>
  fails("iam-trust-conditions", "job-role", "lets a whole account take the role", trusts(Condition));

const AUDITORS: Case[] = [
  wholeAccount(),
  wholeAccount({ StringLike: { "sts:ExternalId": "*" } }),
  wholeAccount({ StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }),
  wholeAccount({ StringEquals: { "sts:ExternalId": [] } }),
  passes("iam-trust-conditions", "an external id", trusts({ StringEquals: { "sts:ExternalId": "a-word-of-theirs" } })),
  passes("iam-trust-conditions", "an organization", trusts({ StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })),
  fails("iam-session-hour", "job-role", "lasts 3601 s", set("job-role", "maxSessionDuration", 3601)),
];

export const frontCases: Case[] = [...BALANCERS, ...USERS, ...SECRETS, ...AUDITORS];
