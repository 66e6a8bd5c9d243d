/** The way to MediaConvert. The VPC itself is simulated: nothing here routes packets. */
import { type Creator, creator } from "../creator.js";

const access = creator<{ vpcEndpointId: string; policy: string }>(async ({ passage }, properties) => {
  await passage.put({ id: properties.vpcEndpointId, policy: properties.policy });
});

export const NETWORK_CREATORS: Record<string, Creator> = {
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": access,
};
