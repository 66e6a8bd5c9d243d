import { strict as assert } from "node:assert";
import { ENDPOINT_SERVICES } from "../../lib/endpointCalls";
import { ACTIONS_WITHOUT_RESOURCE } from "../../lib/iam";
import { NatStrategy, VodNetwork, type VodNetworkArgs } from "../../components";
import { platform } from "../support/platform";
import { Reachability, type Place } from "../support/reachability";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

const args = (more: Partial<VodNetworkArgs> = {}): VodNetworkArgs => ({
  platform: platform(),
  zones: ["a", "b", "c"],
  flowLogBucketArn: "arn:aws:s3:::logs",
  ...more,
});
const network = (more?: Partial<VodNetworkArgs>): Promise<Recording> => record(() => new VodNetwork("net", args(more)));

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const NAT = "aws:ec2/natGateway:NatGateway";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const ROUTE = "aws:ec2/route:Route";

describe("VodNetwork", () => {
  let net: Recording;
  before(async () => {
    net = await network({ interfaceEndpoints: ["ecr.api", "sqs"], peerCidrs: ["10.9.0.0/16"] });
  });

  it("makes a VPC whose endpoints have names, and subnets that give nobody a public address", () => {
    const { cidrBlock, enableDnsHostnames, enableDnsSupport } = net.one("aws:ec2/vpc:Vpc", "net-vpc").inputs;
    assert.deepEqual([cidrBlock, enableDnsHostnames, enableDnsSupport], ["10.0.0.0/16", true, true]);
    const subnets = net.all("aws:ec2/subnet:Subnet");
    assert.equal(subnets.length, 9);
    for (const { name, inputs } of subnets) {
      assert.equal(inputs.mapPublicIpOnLaunch, false, name);
      assert.equal(inputs.availabilityZone, `us-east-1${name.at(-1)}`);
    }
  });

  it("has one NAT gateway in each zone, in a public subnet, and routes each zone's app subnet to its own", () => {
    assert.deepEqual(
      net.all(NAT).map(({ name, inputs }) => [name, inputs.subnetId, inputs.allocationId]),
      ["a", "b", "c"].map((zone) => [
        `net-nat-${zone}`,
        `id-of-net-public-${zone}-1a2b3c4`,
        `id-of-net-nat-${zone}-address-1a2b3c4`,
      ]),
    );
    assert.deepEqual(
      net
        .all(ROUTE)
        .map(({ name, inputs }) => [name, inputs.destinationCidrBlock, inputs.gatewayId ?? inputs.natGatewayId]),
      [
        ["net-public-way-out", "0.0.0.0/0", "id-of-net-gateway-1a2b3c4"],
        ...["a", "b", "c"].map((zone) => [`net-app-${zone}-way-out`, "0.0.0.0/0", `id-of-net-nat-${zone}-1a2b3c4`]),
      ],
    );
  });

  it("moves and replaces nothing when a zone is added", async () => {
    const two = await network({ zones: ["a", "b"] });
    const four = await network({ zones: ["a", "b", "c", "d"] });
    for (const { name, type, inputs } of two.resources) {
      if (type.startsWith("vod:")) continue;
      const later = four.one(type, name).inputs;
      for (const [key, value] of Object.entries(inputs)) {
        // Lists of subnets and tables grow at their end.
        const kept = Array.isArray(value) && /Ids$/.test(key) ? later[key].slice(0, value.length) : later[key];
        assert.deepEqual(kept, value, `${name}.${key}`);
      }
    }
  });

  it("leads no route out of the data subnets", () => {
    const use = net.one("aws:ec2/routeTableAssociation:RouteTableAssociation", "net-data-b-use").inputs;
    assert.equal(use.routeTableId, "id-of-net-data-routes-1a2b3c4");
    assert.ok(net.all(ROUTE).every(({ inputs }) => inputs.routeTableId !== use.routeTableId));
    for (const { inputs } of net.all(ENDPOINT)) assert.ok(!(inputs.routeTableIds ?? []).includes(use.routeTableId));
  });

  it("saves on NAT and endpoints together, and can do without NAT", async () => {
    const single = await network({ nat: NatStrategy.Single });
    assert.deepEqual(
      single.all(NAT).map(({ name }) => name),
      ["net-nat-a"],
    );
    assert.deepEqual(
      [...new Set(single.all(ROUTE).map(({ inputs }) => inputs.natGatewayId))],
      [undefined, "id-of-net-nat-a-1a2b3c4"],
    );
    assert.deepEqual(single.one(ENDPOINT, "net-mediaconvert-endpoint").inputs.subnetIds, ["id-of-net-app-a-1a2b3c4"]);
    const none = await network({ nat: NatStrategy.None });
    assert.deepEqual([none.all(NAT).length, none.all("aws:ec2/eip:Eip").length, none.all(ROUTE).length], [0, 0, 1]);
    assert.ok(none.all(EGRESS).every(({ inputs }) => inputs.cidrIpv4 === undefined));
  });

  it("empties the default security group, and opens only the load balancer to the internet", () => {
    const { ingress, egress } = net.one(
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      "net-default-group",
    ).inputs;
    assert.deepEqual([ingress, egress], [[], []]);
    const open = net
      .all(INGRESS)
      .filter(({ inputs }) => inputs.cidrIpv4 !== undefined || inputs.prefixListId !== undefined);
    assert.deepEqual(
      open.map(({ name, inputs }) => [name, inputs.cidrIpv4, inputs.fromPort, inputs.toPort]),
      [
        ["net-alb-from-internet-80", "0.0.0.0/0", 80, 80],
        ["net-alb-from-internet-443", "0.0.0.0/0", 443, 443],
      ],
    );
    for (const { name, inputs } of [...net.all(INGRESS), ...net.all(EGRESS)]) {
      assert.ok(inputs.ipProtocol === "tcp" && inputs.description !== "", name);
    }
    for (const { name, inputs } of net.all("aws:ec2/securityGroup:SecurityGroup")) {
      assert.ok(!("ingress" in inputs) && !("egress" in inputs), name);
    }
  });

  it("lets CloudFront alone to a balancer that stands inside", async () => {
    const inside = await network({ internalBalancer: true });
    const open = inside.all(INGRESS).filter(({ inputs }) => inputs.referencedSecurityGroupId === undefined);
    assert.deepEqual(
      open.map(({ name, inputs }) => [name, inputs.cidrIpv4, inputs.fromPort, inputs.toPort]),
      [["net-alb-from-cloudfront-80", undefined, 80, 80]],
    );
    assert.match(open[0]?.inputs.prefixListId, /^pl-[0-9a-f]{8}$/);
  });

  it("lets through MediaConvert's endpoint the platform's calls alone, by the account's principals", () => {
    const { inputs } = net.one(ENDPOINT, "net-mediaconvert-endpoint");
    assert.deepEqual(
      [
        inputs.serviceName,
        inputs.vpcEndpointType,
        inputs.privateDnsEnabled,
        inputs.securityGroupIds,
        inputs.subnetIds.length,
      ],
      ["com.amazonaws.us-east-1.mediaconvert", "Interface", true, ["id-of-net-transcoder-group-1a2b3c4"], 3],
    );
    const { Statement } = json(inputs.policy);
    assert.deepEqual(
      Statement.map(({ Effect, Principal, Action }: Record<string, unknown>) => [Effect, Principal, Action]),
      [
        [
          "Allow",
          { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          ["mediaconvert:CancelJob", "mediaconvert:CreateJob", "mediaconvert:GetJob", "mediaconvert:ListJobs"],
        ],
        ["Allow", { AWS: `arn:aws:iam::${ACCOUNT}:root` }, ["mediaconvert:Probe"]],
      ],
    );
  });

  it("has gateways for S3 and DynamoDB from every app subnet, and the endpoints that were asked for", () => {
    const names = net.all(ENDPOINT).map(({ inputs }) => inputs.serviceName.replace("com.amazonaws.us-east-1.", ""));
    assert.deepEqual(names.sort(), ["dynamodb", "ecr.api", "mediaconvert", "s3", "sqs"]);
    for (const service of ["s3", "dynamodb"]) {
      const { inputs } = net.one(ENDPOINT, `net-${service}-endpoint`);
      assert.deepEqual(
        inputs.routeTableIds,
        ["a", "b", "c"].map((zone) => `id-of-net-app-${zone}-routes-1a2b3c4`),
      );
      const open = json(inputs.policy).Statement.filter(({ Condition }: { Condition?: unknown }) => !Condition);
      assert.deepEqual(
        open.map(({ Action, Resource }: Record<string, unknown>) => [Action, Resource]),
        service === "s3" ? [[["s3:GetObject"], ["arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"]]] : [],
      );
    }
  });

  it("bounds every endpoint to the account: its principals, its resources, named calls", async () => {
    const whole = await network({ interfaceEndpoints: [...ENDPOINT_SERVICES] });
    const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    for (const service of ENDPOINT_SERVICES) {
      const { policy } = whole.one(ENDPOINT, `net-${service.replace(".", "-")}-endpoint`).inputs;
      for (const { Principal, Action, Resource } of json(policy).Statement) {
        assert.deepEqual(Principal, root, service);
        assert.ok(
          Action.every((action: string) => !action.includes("*")),
          service,
        );
        const free = Action.every((action: string) => ACTIONS_WITHOUT_RESOURCE.includes(action));
        assert.ok(free ? Resource[0] === "*" : Resource[0].includes(`:${ACCOUNT}:`), `${service} ${Resource}`);
      }
    }
    const { Statement } = json(whole.one(ENDPOINT, "net-ecr-dkr-endpoint").inputs.policy);
    assert.deepEqual(
      Statement.map(({ Resource }: { Resource: string[] }) => Resource),
      [[`arn:aws:ecr:us-east-1:${ACCOUNT}:repository/*`], ["*"]],
    );
    for (const service of ["s3", "dynamodb"]) {
      const [own] = json(whole.one(ENDPOINT, `net-${service}-endpoint`).inputs.policy).Statement;
      const account = { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT };
      assert.deepEqual(own.Condition, { StringEquals: account });
    }
    await assert.rejects(network({ interfaceEndpoints: ["ec2"] }), /interface endpoint "ec2" → one of ecr\.api, /);
  });

  it("writes every packet's headers, each minute, and every name that is looked up to the log bucket", () => {
    const { trafficType, maxAggregationInterval, logDestinationType, logDestination } = net.one(
      "aws:ec2/flowLog:FlowLog",
      "net-flow-log",
    ).inputs;
    assert.deepEqual(
      [trafficType, maxAggregationInterval, logDestinationType, logDestination],
      ["ALL", 60, "s3", "arn:aws:s3:::logs"],
    );
    const { destinationArn } = net.one(
      "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
      "net-query-log",
    ).inputs;
    const use = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation";
    assert.deepEqual(
      [destinationArn, net.one(use, "net-query-log-use").inputs.resourceId],
      ["arn:aws:s3:::logs", "id-of-net-vpc-1a2b3c4"],
    );
  });
});

/** Where each group's members live. */
const TIER: Record<string, string> = {
  alb: "public",
  services: "app",
  functions: "app",
  transcoder: "app",
  endpoints: "app",
  database: "data",
  search: "data",
  cache: "data",
};
const PORTS = [22, 80, 443, 1024, 3306, 5432, 6379, 6432, 8080, 9200, 50_000];

describe("reachability in VodNetwork", () => {
  let reach: Reachability;
  before(async () => {
    reach = new Reachability(await network());
  });
  const all = (): Place[] => [
    reach.internet,
    ...Object.entries(TIER).flatMap(([group, tier]) => reach.places(group, tier)),
  ];

  it("over routes, network ACLs and security groups is the matrix and nothing else", () => {
    const found = new Set<string>();
    for (const from of all()) {
      for (const to of all()) {
        if (from === to || (!from.subnet && !to.subnet)) continue;
        for (const port of PORTS) if (reach.reaches(from, to, port)) found.add(`${from.group} → ${to.group}:${port}`);
      }
    }
    assert.deepEqual([...found].sort(), [
      "alb → services:8080",
      // The internet's door is open to the inside too, by the rule for the way out.
      "functions → alb:443",
      "functions → endpoints:443",
      "functions → internet:443",
      "functions → search:443",
      "functions → transcoder:443",
      "internet → alb:443",
      "internet → alb:80",
      "services → alb:443",
      "services → cache:6379",
      "services → database:5432",
      "services → endpoints:443",
      "services → internet:443",
      "services → search:443",
      "services → transcoder:443",
    ]);
  });

  it("lets an internal balancer reach the tasks of every zone, and nobody outside reach it", async () => {
    const inside = new Reachability(await network({ internalBalancer: true }));
    for (const from of inside.places("alb", "app")) {
      for (const to of inside.places("services", "app")) assert.ok(inside.reaches(from, to, 8080));
      for (const port of PORTS) assert.ok(!inside.reaches(inside.internet, from, port), `${port}`);
      for (const to of inside.places("database", "data")) assert.ok(!inside.reaches(from, to, 5432));
    }
  });

  it("is the same from every zone to every zone", () => {
    for (const from of reach.places("services", "app")) {
      for (const to of reach.places("database", "data")) assert.ok(reach.reaches(from, to, 5432));
    }
  });
});
