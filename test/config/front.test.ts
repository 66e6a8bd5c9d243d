import { strict as assert } from "node:assert";
import fc from "fast-check";
import { auditorOf, balancerDomain } from "../../config/front";
import { parseConfig } from "../../config/load";
import { stackSettings } from "../support/recorder";
import { problemLines } from "../support/configuration";

const LEAST = stackSettings("dev");
const problemsOf = (set: Record<string, string>): string[] => problemLines({ ...LEAST, ...set });
const certificate = (region: string): string =>
  `arn:aws:acm:${region}:000000000000:certificate/00000000-0000-4000-8000-000000000001`;
const DOMAIN = { "vod:domain": "vod.example.com", "vod:certificateArn": certificate("us-east-1") };

const domainOf = (set: Record<string, string>) => balancerDomain(parseConfig("dev", { ...LEAST, ...set }));

describe("configuration of the front", () => {
  it("puts the load balancer inside without a domain, and under a name of its own with one", () => {
    assert.equal(domainOf({}), undefined);
    assert.deepEqual(domainOf(DOMAIN), {
      hostName: "origin.vod.example.com",
      certificateArn: certificate("us-east-1"),
    });
    const own = { "vod:balancerDomain": "lb.example.com", "vod:balancerCertificateArn": certificate("us-east-1") };
    assert.equal(domainOf({ ...DOMAIN, ...own })?.hostName, "lb.example.com");
  });

  it("wants a certificate of the stack's own region when CloudFront's is elsewhere", () => {
    const elsewhere = { ...DOMAIN, "aws:region": "eu-west-1" };
    assert.deepEqual(problemsOf(elsewhere), [
      "vod:balancerCertificateArn · undefined → the certificate of origin.vod.example.com, an ACM ARN in eu-west-1: the load balancer cannot carry one of us-east-1",
    ]);
    const right = { "vod:balancerCertificateArn": certificate("eu-west-1") };
    assert.deepEqual(problemsOf({ ...elsewhere, ...right }), []);
    assert.equal(domainOf({ ...elsewhere, ...right })?.certificateArn, certificate("eu-west-1"));
    assert.deepEqual(problemsOf({ ...DOMAIN, ...right }), [
      `vod:balancerCertificateArn · ${certificate("eu-west-1")} → the ARN of an ACM certificate in us-east-1`,
    ]);
  });

  it("refuses what belongs to a domain when there is none", () => {
    assert.deepEqual(problemsOf({ "vod:balancerDomain": "lb.example.com" }), [
      "vod:balancerDomain · lb.example.com → a domain too; or nothing",
    ]);
    assert.deepEqual(problemsOf({ "vod:balancerCertificateArn": certificate("us-east-1") }), [
      `vod:balancerCertificateArn · ${certificate("us-east-1")} → a domain too; or nothing`,
    ]);
  });

  it("binds an auditor's account by a word or an organization", () => {
    const account = { "vod:auditorAccount": "111122223333" };
    assert.match(
      problemsOf(account)[0] ?? "",
      /^vod:auditorExternalId · undefined → a word that the account must name/,
    );
    const auditor = (set: Record<string, string>) => auditorOf(parseConfig("dev", { ...LEAST, ...set }));
    assert.equal(auditor({}), undefined);
    assert.deepEqual(auditor({ ...account, "vod:auditorOrganization": "o-a1b2c3d4e5" }), {
      accountId: "111122223333",
      organizationId: "o-a1b2c3d4e5",
    });
    assert.deepEqual(auditor({ ...account, "vod:auditorExternalId": "sixteen-characters" }), {
      accountId: "111122223333",
      externalId: "sixteen-characters",
    });
    assert.deepEqual(problemsOf({ "vod:auditorExternalId": "sixteen-characters" }), [
      "vod:auditorExternalId · sixteen-characters → an auditorAccount too; or nothing",
    ]);
  });

  const bad: Record<string, string[]> = {
    balancerDomain: ["origin", "https://origin.example.com", "ORIGIN.example.com"],
    balancerCertificateArn: ["certificate", "arn:aws:iam::000000000000:server-certificate/x"],
    mailSender: ["no-reply", "no-reply@", "@example.com", "a@b@example.com", "a b@example.com", "a@localhost"],
    threatProtection: ["", "viewers", "ALL"],
    outsideKeys: ["Push", "push,push", "push,", "a", "-push", Array.from({ length: 11 }, (_, n) => `key-${n}`).join()],
    mediaCredentials: ["mediaconvert", "drm,drm"],
    auditorAccount: ["12345678901", "1234567890123", "arn:aws:iam::111122223333:root"],
    auditorExternalId: ["short", "with a space in it"],
    auditorOrganization: ["a1b2c3d4e5", "o-A1B2C3D4E5", "o-1"],
  };
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) {
      it(`refuses vod:${key} "${value}"`, () => {
        const found = problemsOf({ [`vod:${key}`]: value });
        assert.ok(
          found.some((problem) => problem.startsWith(`vod:${key} · ${value} → `)),
          found.join("\n"),
        );
      });
    }
  }

  it("takes every address whose host is a host name", () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._+-]{1,30}$/), label, (user, host) => {
        assert.deepEqual(problemsOf({ "vod:mailSender": `${user}@${host}.example.com` }), []);
        assert.equal(problemsOf({ "vod:mailSender": `${user}@${host}` }).length, 1);
      }),
    );
  });

  it("reads lists of secrets", () => {
    const { outsideKeys, mediaCredentials } = parseConfig("dev", {
      ...LEAST,
      "vod:outsideKeys": "push, metadata",
      "vod:mediaCredentials": "drm,transcoder",
    });
    assert.deepEqual(
      { outsideKeys, mediaCredentials },
      { outsideKeys: ["push", "metadata"], mediaCredentials: ["drm", "transcoder"] },
    );
  });
});
