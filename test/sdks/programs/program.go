// A program that uses the components from Go.
package main

import (
	"example.com/pulumi-vod/sdk/go/vod"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		platform := vod.PlatformArgs{
			Stack:            ctx.Stack(),
			Region:           "us-east-1",
			AccountId:        pulumi.String("111122223333"),
			LogRetentionDays: 365,
		}
		keys, err := vod.NewVodKeys(ctx, "keys", &vod.VodKeysArgs{
			Platform:       platform,
			RecoveryRegion: pulumi.String("us-west-2"),
		})
		if err != nil {
			return err
		}
		storage, err := vod.NewVodStorage(ctx, "storage", &vod.VodStorageArgs{
			Platform:           platform,
			RecoveryRegion:     pulumi.String("us-west-2"),
			MediaKeyArn:        keys.MediaKeyArn,
			MediaReplicaKeyArn: keys.MediaReplicaKeyArn,
		})
		if err != nil {
			return err
		}
		nat := vod.NatStrategySingle
		network, err := vod.NewVodNetwork(ctx, "network", &vod.VodNetworkArgs{
			Platform:         platform,
			Zones:            []string{"a", "b"},
			Nat:              &nat,
			FlowLogBucketArn: storage.AccessLogBucketArn,
		})
		if err != nil {
			return err
		}
		ctx.Export("subnets", network.AppSubnetIds)
		return nil
	})
}
