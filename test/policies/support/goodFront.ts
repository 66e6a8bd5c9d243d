/** Load balancer, user pools and secrets of the good stack. */
import { arn, id, nameOf, type Given } from "./given";
import { ACCOUNT, policy, r, tagged } from "./parts";

const notFound = { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } };
const toTls = { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };

const group = (name: string): Given =>
  tagged("lb/targetGroup:TargetGroup", name, {
    vpcId: id("vpc"),
    targetType: "ip",
    port: 8080,
    protocol: "HTTP",
    healthCheck: { enabled: true, path: "/health", interval: 30, timeout: 5, matcher: "200" },
    stickiness: { type: "lb_cookie", enabled: true, cookieDuration: 3600 },
  });

const BALANCER: Given[] = [
  tagged("ec2/securityGroup:SecurityGroup", "front-group", { vpcId: id("vpc"), description: "Load balancer" }),
  tagged("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "front-in", {
    securityGroupId: id("front-group"),
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "0.0.0.0/0",
  }),
  tagged("lb/loadBalancer:LoadBalancer", "balancer", {
    loadBalancerType: "application",
    internal: false,
    subnets: ["subnet-a", "subnet-b"],
    securityGroups: [id("front-group")],
    dropInvalidHeaderFields: true,
    desyncMitigationMode: "strictest",
    enableDeletionProtection: true,
    accessLogs: { bucket: nameOf("logs"), prefix: "alb/access", enabled: true },
    connectionLogs: { bucket: nameOf("logs"), prefix: "alb/connections", enabled: true },
  }),
  tagged("lb/listener:Listener", "http", {
    loadBalancerArn: arn("balancer"),
    port: 80,
    protocol: "HTTP",
    defaultActions: [toTls],
  }),
  tagged("lb/listener:Listener", "https", {
    loadBalancerArn: arn("balancer"),
    port: 443,
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    certificateArn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/2`,
    defaultActions: [notFound],
  }),
  group("blue"),
  group("green"),
  tagged("lb/listenerRule:ListenerRule", "api-rule", {
    listenerArn: arn("https"),
    conditions: [{ pathPattern: { values: ["/api/*"] } }],
    actions: [{ type: "forward", targetGroupArn: arn("blue") }],
  }),
];

const USERS: Given[] = [
  tagged("cognito/userPool:UserPool", "staff", {
    userPoolTier: "PLUS",
    userPoolAddOns: { advancedSecurityMode: "ENFORCED" },
    adminCreateUserConfig: { allowAdminCreateUserOnly: true },
    mfaConfiguration: "ON",
    softwareTokenMfaConfiguration: { enabled: true },
    passwordPolicy: { minimumLength: 15, temporaryPasswordValidityDays: 1 },
    deletionProtection: "ACTIVE",
  }),
  r("cognito/userPoolClient:UserPoolClient", "staff-client", {
    userPoolId: id("staff"),
    allowedOauthFlows: ["code"],
    explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
    callbackUrls: ["https://video.example.com/backoffice/signed-in"],
    logoutUrls: ["https://video.example.com/backoffice"],
    accessTokenValidity: 15,
    idTokenValidity: 15,
    tokenValidityUnits: { accessToken: "minutes", idToken: "minutes" },
    enableTokenRevocation: true,
    preventUserExistenceErrors: "ENABLED",
  }),
];

const SECRETS: Given[] = [
  r("secretsmanager/secret:Secret", "push-key", {
    kmsKeyId: arn("data-key"),
    recoveryWindowInDays: 30,
    tags: { Project: "vod", Stack: "dev", ManagedBy: "pulumi", rotation: "external" },
  }),
  r("secretsmanager/secretPolicy:SecretPolicy", "push-key-policy", {
    secretArn: arn("push-key"),
    blockPublicPolicy: true,
    policy: policy({
      Sid: "NobodyElseReads",
      Effect: "Deny",
      Principal: "*",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: [arn("push-key")],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [arn("task-role")] } },
    }),
  }),
];

export const FRONT: Given[] = [...BALANCER, ...USERS, ...SECRETS];
