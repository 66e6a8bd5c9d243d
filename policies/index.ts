import { PolicyPack } from "@pulumi/policy";
import { enginePolicies } from "./engine";

new PolicyPack("vod", {
  displayName: "VOD platform",
  description: "Encryption, access, delivery, cost and playback rules of the video-on-demand platform",
  provider: "aws",
  tags: ["aws", "vod"],
  policies: enginePolicies,
});
