// Command projects reads project and plug-in files as Pulumi itself does.
//
//	projects FILE…     prints `NAME: N settings, N asked` for each Pulumi.yaml and `plug-in: RUNTIME` for each PulumiPlugin.yaml
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

func describe(file string) (string, error) {
	if filepath.Base(file) == "PulumiPlugin.yaml" {
		plugin, err := workspace.LoadPluginProject(file)
		if err != nil {
			return "", err
		}
		return "plug-in: " + plugin.Runtime.Name(), nil
	}
	project, err := workspace.LoadProject(file)
	if err != nil {
		return "", err
	}
	asked := 0
	if project.Template != nil {
		asked = len(project.Template.Config)
	}
	return fmt.Sprintf("%s: %d settings, %d asked", project.Name, len(project.Config), asked), nil
}

func main() {
	for _, file := range os.Args[1:] {
		text, err := describe(file)
		if err != nil {
			fmt.Fprintf(os.Stderr, "✗ %s: %v\n", file, err)
			os.Exit(1)
		}
		fmt.Println(text)
	}
}
