/** What the load balancer sends where, and what it asks of a target, as data. */

/** The services that answer HTTP. */
export const HTTP_SERVICES = ["api", "backoffice"] as const;
export type HttpService = (typeof HTTP_SERVICES)[number];

/** Each service has two groups of targets: while one serves, a deployment fills the other. */
export const COLORS = ["blue", "green"] as const;
export type Color = (typeof COLORS)[number];

/** Port of every service in the cloud. */
export const TARGET_PORT = 8080;

/**
 * What leads to a service. The lower number is asked first: the backoffice's paths lie inside those of the api, because
 * the distribution sends `/api/*` here and nothing else. The rules forward and do no more: a deployment rewrites them, and
 * nobody has seen yet whether it keeps a second action such as `jwt-validation`. The services check tokens.
 */
export const ROUTES: Readonly<Record<HttpService, { priority: number; paths: string[] }>> = {
  backoffice: { priority: 10, paths: ["/api/backoffice", "/api/backoffice/*"] },
  api: { priority: 20, paths: ["/api/*"] },
};

/**
 * The architecture document's `/health` every 30 s. A target is out after 90 s of failures and in after a minute of
 * answers (Elastic Load Balancing API, CreateTargetGroup).
 */
export const HEALTH_CHECK = {
  enabled: true,
  path: "/health",
  protocol: "HTTP",
  port: "traffic-port",
  interval: 30,
  timeout: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
  matcher: "200",
};

/**
 * Sticky sessions of an hour. Best effort: a canary picks the group by weight first, so that a viewer may change the
 * revision; what must last lies in the cache, not in a task.
 */
export const STICKINESS = { type: "lb_cookie", enabled: true, cookieDuration: 3600 };

/** Seconds that a leaving target may finish its requests: a request takes 5 s at most, and 300, the default, would make every deployment wait. */
export const DRAIN_SECONDS = 30;

/** Seconds without a byte; a service must keep its connections longer, or the balancer meets a closed one and answers 502. */
export const IDLE_SECONDS = 60;
