"""moto's server, with what moto lacks of the AWS that the walk meets, on a port of its own.

Prints where it listens, as JSON on one line. docs/conformance.md says what else moto does otherwise.
"""

import json
import logging
import signal
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.resource_tagging import TaggedResource
from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.server import ThreadedMotoServer
from moto.servicediscovery.models import servicediscovery_backends

create_service_of_moto = EC2ContainerServiceResponse.create_service
tagged_resources_of_moto = ResourceGroupsTaggingAPIBackend._get_resources_generator


def get_authorizers(self):
    """moto has authorizers, but no listing of them, by which the engine finds its own."""
    api = self.apigatewayv2_backend.get_api(self.path.split("/")[-2])
    return 200, {}, json.dumps({"items": [authorizer.to_json() for authorizer in api.authorizers.values()]})


def named_stage(response):
    """The stage that a path names, or an ARN in it."""
    _, _, rest = unquote(response.path).partition("/apis/")
    api, _, name, *_ = rest.split("/")
    return response.apigatewayv2_backend.get_stage(api, name)


def update_stage(self):
    """moto has stages, but none that can be changed. What an update does not say stays as it is."""
    stage, changes = named_stage(self), json.loads(self.body)
    stage.access_log_settings = changes.get("accessLogSettings", stage.access_log_settings)
    stage.auto_deploy = changes.get("autoDeploy", stage.auto_deploy)
    return 200, {}, json.dumps(stage.to_json())


def delete_access_log_settings(self):
    """moto does not know the path. An update cannot take the settings away."""
    named_stage(self).access_log_settings = None
    return 204, {}, ""


class StageTagsResponse(ApiGatewayV2Response):
    """moto knows the ARNs of APIs and VPC links, but not those of stages; their tags are part of them."""

    def tag_resource(self):
        named_stage(self).tags.update(json.loads(self.body)["tags"])
        return 201, {}, "{}"

    def untag_resource(self):
        for key in self.querystring["tagKeys"]:
            named_stage(self).tags.pop(key, None)
        return 204, {}, ""


def create_service(self):
    """moto forgets the deployment configuration of a new service, with the circuit breaker in it. Its UpdateService
    keeps it, under the same name as here."""
    answer = create_service_of_moto(self)
    answer.result["service"].deployment_configuration = self._get_param("deploymentConfiguration")
    return answer


def list_service_deployments(self):
    """moto has no service deployments. The engine looks for the one that its call has started."""
    services, _ = self.ecs_backend.describe_services(self._get_param("cluster"), [self._get_param("service")])
    return ActionResult({"serviceDeployments": [service_deployment(service) for service in services]})


def describe_service_deployments(self):
    """moto has no service deployments. The engine waits for the end of its own."""
    found = [service_deployment(service) for service in self.ecs_backend.services.values()]
    arns = self._get_param("serviceDeploymentArns")
    return ActionResult({"serviceDeployments": [each for each in found if each["serviceDeploymentArn"] in arns]})


def service_deployment(service):
    """The row that moto has of a service, as a service deployment: it is done when the row is completed."""
    row = service.deployments[0]
    account, _, _ = service.arn.partition(":service/")
    name = f"{service.cluster_name}/{service.name}/{row['id'].removeprefix('ecs-svc/')}"
    revision = f"{account}:service-revision/{name}"
    return {
        "serviceDeploymentArn": f"{account}:service-deployment/{name}",
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "targetServiceRevisionArn": revision,
        "targetServiceRevision": {
            "arn": revision,
            "requestedTaskCount": service.desired_count,
            "runningTaskCount": service.running_count,
        },
        "status": "SUCCESSFUL" if row["rolloutState"] == "COMPLETED" else "IN_PROGRESS",
    }


def tagged_resources(self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
    """moto's listing of tags does not know Cloud Map. An apply waits until its objects are in the listing."""
    yield from tagged_resources_of_moto(self, tag_filters, resource_type_filters, resource_arn_list)
    wanted = {each["Key"]: each.get("Values") or [] for each in tag_filters or []}
    for kind, resource, tags in cloud_map(self):
        is_meant = not resource_arn_list or resource.arn in resource_arn_list
        is_of_type = not resource_type_filters or kind in resource_type_filters
        has_tags = all(key in tags and (not values or tags[key] in values) for key, values in wanted.items())
        if is_meant and is_of_type and has_tags:
            yield TaggedResource(arn=resource.arn, tags=tags, resource_type=kind)


def cloud_map(self):
    """The namespaces and services of Cloud Map with their types and tags."""
    backend = servicediscovery_backends[self.account_id][self.region_name]
    for kind, resources in [("namespace", backend.namespaces), ("service", backend.services)]:
        for resource in resources.values():
            yield f"servicediscovery:{kind}", resource, backend.tagger.get_tag_dict_for_resource(resource.arn)


ApiGatewayV2Response.get_authorizers = get_authorizers
ResourceGroupsTaggingAPIBackend._get_resources_generator = tagged_resources
ApiGatewayV2Response.update_stage = update_stage
ApiGatewayV2Response.delete_access_log_settings = delete_access_log_settings
STAGE = "apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)"
urls.url_paths[f"{{0}}/v2/{STAGE}/accesslogsettings$"] = ApiGatewayV2Response.dispatch
urls.url_paths[f"{{0}}/v2/tags/(?P<arn>[^/]+)/{STAGE}$"] = StageTagsResponse.dispatch
EC2ContainerServiceResponse.create_service = create_service
EC2ContainerServiceResponse.list_service_deployments = list_service_deployments
EC2ContainerServiceResponse.describe_service_deployments = describe_service_deployments

# It tells of every request otherwise.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(json.dumps({"endpoint": f"http://{host}:{port}"}), flush=True)
signal.pause()
