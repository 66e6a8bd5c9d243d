"""A program that uses the components from Python."""
import pulumi
import pulumi_vod as vod

platform = vod.PlatformArgs(
    stack=pulumi.get_stack(),
    region="us-east-1",
    account_id="111122223333",
    log_retention_days=365,
)
keys = vod.VodKeys("keys", platform=platform, recovery_region="us-west-2")
storage = vod.VodStorage(
    "storage",
    platform=platform,
    recovery_region="us-west-2",
    media_key_arn=keys.media_key_arn,
    media_replica_key_arn=keys.media_replica_key_arn,
)
network = vod.VodNetwork(
    "network",
    platform=platform,
    zones=["a", "b"],
    nat=vod.NatStrategy.SINGLE,
    flow_log_bucket_arn=storage.access_log_bucket_arn,
)
pulumi.export("subnets", network.app_subnet_ids)
