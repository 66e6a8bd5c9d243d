/** Access to a search domain that exists, for two roles. */
import * as pulumi from "@pulumi/pulumi";
import { VodSearchAccess } from "@vod/components";

const config = new pulumi.Config();

new VodSearchAccess("acme-search-access", {
  search: {
    domainName: config.require("domainName"),
    domainArn: config.require("domainArn"),
    setupFunction: config.require("setupFunction"),
    setupRoleArn: config.require("setupRoleArn"),
  },
  readerRoleArns: [config.require("apiRoleArn")],
  writerRoleArns: [config.require("workerRoleArn")],
});
