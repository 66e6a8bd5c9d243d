/** Who reaches whom: the network interfaces of the whole program against the matrix of the architecture document. */
import { Reachability, type Place } from "../../support/reachability";
import { at, ofType, type Check } from "./check";

interface Way {
  from: string;
  to: string;
  port: number;
  /** Why it is there although the document does not draw it. */
  why?: string;
}

const way = (from: string, to: string, port: number, why?: string): Way => ({ from, to, port, why });

/** §3.3 of the architecture document. It is written out here: the table of the program itself proves nothing. */
const DOCUMENT: readonly Way[] = [
  way("internet", "alb", 80),
  way("internet", "alb", 443),
  way("alb", "services", 8080),
  way("services", "database", 5432),
  way("services", "search", 443),
  way("services", "cache", 6379),
  way("services", "transcoder", 443),
  way("functions", "transcoder", 443),
];

/** May be there and need not. */
const MORE: readonly Way[] = [
  way("functions", "search", 443, "snapshot repository and index templates are set inside the cluster"),
  way("services", "endpoints", 443, "AWS services inside the VPC"),
  way("functions", "endpoints", 443, "AWS services inside the VPC"),
  way("services", "internet", 443, "AWS services and identity providers, by NAT"),
  way("functions", "internet", 443, "AWS services without an endpoint, by NAT"),
  way("services", "alb", 443, "the internet's door is open to the inside too, by the rule for the way out"),
  way("functions", "alb", 443, "the internet's door is open to the inside too, by the rule for the way out"),
];

/** What scanners try first, beside the ports of the rules themselves. */
const PORTS = [22, 80, 443, 1024, 3306, 3389, 5432, 6379, 6432, 8080, 9200, 50_000];

const said = ({ from, to, port }: Way): string => `${from} → ${to}:${port}`;

function waysIn(reach: Reachability, places: readonly Place[]): Set<string> {
  const ports = [...new Set([...PORTS, ...reach.ports()])];
  const open = new Set<string>();
  for (const from of places) {
    for (const to of places) {
      if (from === to || (!from.subnet && !to.subnet)) continue;
      for (const port of ports) {
        if (reach.reaches(from, to, port)) open.add(said(way(from.group, to.group, port)));
      }
    }
  }
  return open;
}

/** Whether a balancer takes viewers straight from the internet, and not by CloudFront's way into the VPC. */
const facesInternet = (program: Parameters<Check>[0]): boolean =>
  ofType(program, "aws:lb/loadBalancer:LoadBalancer").some(({ inputs }) => at(inputs, "internal") !== true);

/** The ways that are open are those of the matrix; a way of the document is open where both its ends are there. */
export const reachableIsMatrix: Check = (program) => {
  const reach = new Reachability(program);
  const places = [reach.internet, ...reach.occupants()];
  const open = waysIn(reach, places);
  const allowed = [...DOCUMENT, ...MORE].map(said);
  const there = new Set(places.map(({ group }) => group));
  const wanted = DOCUMENT.filter(({ from, to }) => there.has(from) && there.has(to)).filter(
    ({ from }) => from !== "internet" || facesInternet(program),
  );
  return [
    ...[...open].filter((one) => !allowed.includes(one)).map((one) => `${one} is open → no such way in the matrix`),
    ...wanted.filter((one) => !open.has(said(one))).map((one) => `${said(one)} is shut → the matrix has it`),
  ];
};
