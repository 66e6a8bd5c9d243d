/** The load balancer and who signs in. */
import type { ResourceRecord } from "../../model/record";
import { ALLOWANCES } from "../prices";
import { API_GB_PER_VIEWER_HOUR, HOURS_PER_MONTH, STAFF } from "../usage";
import { beyond, counted, line, sum, thousands, type Pricing } from "./pricing";

/** Public IPv4 addresses: one in each zone of a balancer that faces the internet. */
const publicAddresses = (balancers: readonly ResourceRecord[]): number =>
  balancers
    .filter(({ inputs }) => inputs.internal !== true)
    .reduce((count, { inputs }) => count + (Array.isArray(inputs.subnets) ? inputs.subnets.length : 0), 0);

/** A pool that only an administrator fills is the staff's. */
const isStaff = ({ inputs }: ResourceRecord): boolean =>
  (inputs.adminCreateUserConfig as { allowAdminCreateUserOnly?: unknown } | undefined)?.allowAdminCreateUserOnly ===
  true;

export const FRONT: Readonly<Record<string, Pricing>> = {
  "aws:lb/loadBalancer:LoadBalancer": (balancers, { viewerHours }) => {
    const addresses = publicAddresses(balancers);
    // A capacity unit carries 1 GB an hour; connections and rules stay far below their share of one.
    const units = viewerHours * API_GB_PER_VIEWER_HOUR;
    return [
      line(
        "Network",
        `ALB, ${counted(balancers, "load balancer")}`,
        sum(["balancerHour", balancers.length * HOURS_PER_MONTH], ["balancerUnitHour", units]),
        `and $0.008 for each of ${thousands(units)} capacity units`,
      ),
      ...(addresses === 0
        ? []
        : [
            line(
              "Network",
              `ALB, public addresses: ${addresses}`,
              sum(["publicAddressHour", addresses * HOURS_PER_MONTH]),
              "one in each zone",
            ),
          ]),
    ];
  },
  "aws:cognito/userPool:UserPool": (pools, { users }) =>
    pools.map((pool) => {
      const people = isStaff(pool) ? STAFF : users;
      const plus = pool.inputs.userPoolTier === "PLUS";
      const cost = plus
        ? sum(["cognitoPlusUser", people])
        : sum(["cognitoEssentialsUser", beyond(people, ALLOWANCES.cognitoUsers)]);
      const tier = plus
        ? "Plus, with threat protection"
        : `Essentials, ${thousands(ALLOWANCES.cognitoUsers)} a month are free`;
      return line(
        "Security",
        `Cognito, ${isStaff(pool) ? "staff" : "viewers"}`,
        cost,
        `${thousands(people)} users; ${tier}`,
      );
    }),
};
