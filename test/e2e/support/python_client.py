"""What Python's kubernetes client does with a cluster; ends with an error at the first thing that is not as it should be."""

import json
import sys

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException

config.load_kube_config(sys.argv[1])
namespace = "python"
core, apps, batch = client.CoreV1Api(), client.AppsV1Api(), client.BatchV1Api()


def said(name):
    print(name, flush=True)


def expect_status(status, call):
    try:
        call()
    except ApiException as error:
        assert error.status == status, error
        return error
    raise AssertionError(f"expected {status}")


def pod_template(app):
    containers = [client.V1Container(name="main", image="nginx")]
    return client.V1PodTemplateSpec(client.V1ObjectMeta(labels={"app": app}), client.V1PodSpec(containers=containers))


assert client.VersionApi().get_code().git_version.startswith("v1.36")
assert "apps" in [group.name for group in client.ApisApi().get_api_versions().groups]
core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=namespace)))
said("discovery")

config_map = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="c", labels={"n": "0"}), data={"a": "1"})
made = core.create_namespaced_config_map(namespace, config_map)
assert made.metadata.resource_version and made.metadata.creation_timestamp.tzinfo is not None
expect_status(409, lambda: core.create_namespaced_config_map(namespace, config_map))
assert core.patch_namespaced_config_map("c", namespace, {"data": {"b": "2"}}).data == {"a": "1", "b": "2"}
stale = core.read_namespaced_config_map("c", namespace)
stale.data = {"c": "3"}
core.replace_namespaced_config_map("c", namespace, stale)
expect_status(409, lambda: core.replace_namespaced_config_map("c", namespace, stale))
invalid = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="Not_A_Name"))
assert "Invalid value" in expect_status(422, lambda: core.create_namespaced_config_map(namespace, invalid)).body
said("objects")

for i in range(5):
    core.create_namespaced_config_map(
        namespace, client.V1ConfigMap(metadata=client.V1ObjectMeta(name=f"page-{i}", labels={"page": "yes"}))
    )
names, token = [], None
while token != "":
    page = core.list_namespaced_config_map(namespace, label_selector="page in (yes)", limit=2, _continue=token)
    names += [item.metadata.name for item in page.items]
    token = page.metadata._continue or ""
assert names == [f"page-{i}" for i in range(5)], names
assert [c.metadata.name for c in core.list_namespaced_config_map(namespace, field_selector="metadata.name=c").items] == ["c"]
said("lists")

since = core.list_namespaced_config_map(namespace).metadata.resource_version
core.delete_namespaced_config_map("page-0", namespace)
core.patch_namespaced_config_map("c", namespace, {"metadata": {"labels": {"n": "1"}}})
seen = []
watcher = watch.Watch()
for event in watcher.stream(core.list_namespaced_config_map, namespace, resource_version=since, timeout_seconds=30):
    seen.append((event["type"], event["object"].metadata.name))
    if len(seen) == 2:
        watcher.stop()
assert seen == [("DELETED", "page-0"), ("MODIFIED", "c")], seen
said("watch")

deployment = client.V1Deployment(
    metadata=client.V1ObjectMeta(name="web"),
    spec=client.V1DeploymentSpec(
        replicas=2, selector=client.V1LabelSelector(match_labels={"app": "web"}), template=pod_template("web")
    ),
)
apps.create_namespaced_deployment(namespace, deployment)
watcher = watch.Watch()
for event in watcher.stream(apps.list_namespaced_deployment, namespace, timeout_seconds=60):
    if event["object"].status.available_replicas == 2:
        watcher.stop()
scale = apps.read_namespaced_deployment_scale("web", namespace)
scale.spec.replicas = 1
assert apps.replace_namespaced_deployment_scale("web", namespace, scale).spec.replicas == 1
assert apps.read_namespaced_deployment_status("web", namespace).status.observed_generation >= 1
said("a rollout")

manifest = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": namespace},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}
utils.create_from_dict(client.ApiClient(), manifest)
resources = dynamic.DynamicClient(client.ApiClient())
services = resources.resources.get(api_version="v1", kind="Service")
assert services.get(name="web", namespace=namespace).spec.ports[0].targetPort == 80
body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "annotations": {"by": "apply"}}}
# As text: this client knows no other way to send a media type that it does not know.
applied = services.server_side_apply(namespace=namespace, name="web", body=json.dumps(body), field_manager="python")
assert applied.metadata.annotations["by"] == "apply"
said("the dynamic client")

core.delete_namespace(namespace)
watcher = watch.Watch()
for event in watcher.stream(core.list_namespace, field_selector=f"metadata.name={namespace}", timeout_seconds=60):
    if event["type"] == "DELETED":
        watcher.stop()
expect_status(404, lambda: core.read_namespace(namespace))
said("the end of a namespace")
