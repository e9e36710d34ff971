#include "vocabulary.hpp"

#include <ostream>

namespace botocraft::gen {

namespace {

constexpr Word service_words[] = {
    {"models", "the primary models: resources that have a manager", "models: {Cluster: {...}}"},
    {"structures", "structures of AWS that get another name, fields, properties or relations",
     "structures: {ContainerDefinition: {properties: {...}}}"},
    {"pagination", "operations that page although neither AWS's own list of paginators nor the names of their tokens (NextToken, "
                   "Marker, ContinuationToken) say so", "pagination: {ListTrafficPolicies: {token: TrafficPolicyIdMarker}}"},
    {"other_regions", "errors of this service tell in a header in which region the resource is that a member of the request "
                      "names: the call is made again there, and later ones at once",
     "other_regions: {header: x-amz-bucket-region, member: Bucket}"},
    {"repeatable", "operations, or methods of HTTP for all that have them (POST, PUT, DELETE, PATCH), that may be sent again "
                   "when nobody knows whether they were carried out: of GET and HEAD that goes without saying",
     "repeatable: [PUT, DELETE]"},
    {"retries", "what the retry rules of AWS's SDKs say of this service alone",
     "retries: {first_wait: 25, attempts: 4, transient: [BadDigest], polls: [ReceiveMessage]}"},
    {"crc32_header", "the header in which every reply tells the CRC-32 of its body, in decimal digits",
     "crc32_header: x-amz-crc32"},
    {"errors", "codes of errors that AWS sends although its own description does not have them", "errors: [NoSuchTagSet]"},
    {"checks", "operations whose answers are checked before anybody sees them, by a function that src/services/<service>.cpp "
               "defines: it is given the request and the response, and throws",
     "checks: {SendMessage: check_sent}"},
    {"percent_encoded", "AWS's shapes whose texts are sent percent-encoded by AWS, and not to it: they are decoded",
     "percent_encoded: [policyDocumentType]"},
};

constexpr Word region_words[] = {
    {"header", "the header, in small letters", "header: x-amz-bucket-region"},
    {"element", "an element of the error that says it where the header does not", "element: Region"},
    {"member", "the member of requests", "member: Bucket"},
    {"except", "operations that go to the session's own region, wherever the resource was", "except: [CreateBucket]"},
};

constexpr Word retry_words[] = {
    {"first_wait", "the longest wait before the first retry of what need not fail again, in milliseconds", "first_wait: 25"},
    {"attempts", "how many attempts a call makes", "attempts: 4"},
    {"transient", "codes of errors that need not come again", "transient: [BadDigest]"},
    {"polls", "operations that wait for something to come, and are called in a loop", "polls: [ReceiveMessage]"},
};

constexpr Word paging_words[] = {
    {"token", "member of the request that takes the token of the next page", "token: TrafficPolicyIdMarker"},
    {"output_token", "path in the response to that token, where it has another name", "output_token: nextMarker"},
    {"limit", "member of the request that bounds the size of a page", "limit: maxResults"},
    {"more", "path in the response to a boolean: false ends the list", "more: IsTruncated"},
};

constexpr Word model_words[] = {
    {"shape", "AWS's structure, where its name is not the model's; left out with `extra_fields` alone: there is none",
     "shape: DaemonDetail"},
    {"key", "what tells one from another: a path, or arguments of `get` with a path each; where `get` is by hand, or there is none, the "
            "names are free",
     "key: {service: serviceName, cluster: clusterArn}"},
    {"arn", "its ARN", "arn: serviceArn"},
    {"name", "its name", "name: serviceName"},
    {"read_only", "it can be neither created nor changed nor deleted", "read_only: true"},
    {"tags", "the member with its tags, where it is not called `tags` or `tagList`", "tags: TagSet"},
    {"fields", "members of AWS's structure that are different here", "fields: {type: {rename: kind}}"},
    {"extra_fields", "members that AWS's structure does not have: only requests or other responses do",
     "extra_fields: {tags: Tags}"},
    {"properties", "texts computed from members, no call to AWS",
     "properties: {cluster_name: {match: clusterArn, pattern: '^.*:cluster/(.+)$'}}"},
    {"relations", "other models, awaited when touched",
     "relations: {cluster: {model: Cluster, arguments: {cluster: clusterArn}}}"},
    {"proxies", "methods of the manager that the model calls with values of its own; not create, update and delete, which are `save` "
                "and `remove` of every model",
     "proxies: {deregister: {arguments: {taskDefinition: taskDefinitionArn}}}"},
    {"delete", "arguments of the method `delete` from the model; left out: from the key",
     "delete: {service: serviceArn, cluster: clusterArn}"},
    {"waits", "functions `wait_until_<name>` of the model, each as one of AWS's waiters that calls the operation of `get`; what is "
              "waited for is told by the key", "waits: {running: InstanceRunning}"},
    {"by_hand", "functions of the model, or of its manager, that src/services/<service>.cpp defines, because no other service "
                "needs their like; `save` and `remove`, of which nothing more is said, take the place of those of every model",
     "by_hand: {scale: {takes: {desired_count: integer}}}"},
    {"tagging", "operations that change the tags of what is there, for a model with `update`: `save` calls them after it where the model "
                "has other tags than AWS told. What AWS has by then is in the answer of `update`, or else asked for with `get`",
     "tagging: {tag: {...}, untag: {...}}"},
    {"methods", "methods of the manager: get, get_many, list, create, update, partial_update, delete and any other name",
     "methods: {get: {operation: DescribeClusters, ...}}"},
};

constexpr Word by_hand_words[] = {
    {"says", "what it does, for the comment above it", "says: Changes nothing but the number of tasks"},
    {"returns", "the type that it returns at once: string, boolean, integer, long, double, timestamp, a model or structure, one of another "
                "service, a class of `header`, or a list of one of them", "returns: [string]"},
    {"awaits", "the type that it returns an awaitable of; without this, `returns` and `queries` it is an awaitable of nothing",
     "awaits: [elbv2.LoadBalancer]"},
    {"queries", "the model that it returns a query of", "queries: Task"},
    {"takes", "what it is called with, in this order; a structure of `header` comes last and may be left out",
     "takes: {desired_count: integer}"},
    {"arguments", "the method of the manager whose named arguments it takes at last; they may be left out",
     "arguments: receive_messages"},
    {"header", "the hand-written header with a type that the service does not have", "header: botocraft/ecs/exec_options.hpp"},
    {"manager", "true: a function of the manager", "manager: true"},
};

constexpr Word tagging_words[] = {
    {"tag", "adds and changes tags: the operation, the argument that names the resource with where it comes from, and the one "
            "that takes the tags", "tag: {operation: TagResource, arguments: {ResourceId: FileSystemId}, tags: Tags}"},
    {"untag", "the same for the keys of tags that shall go",
     "untag: {operation: UntagResource, arguments: {ResourceId: FileSystemId}, tags: TagKeys}"},
};

constexpr Word tag_call_words[] = {
    {"operation", "AWS's operation", "operation: TagResource"},
    {"arguments", "the member of its request that says what is tagged, from the model", "arguments: {ResourceId: FileSystemId}"},
    {"tags", "the member that takes the tags, or their keys", "tags: Tags"},
};

constexpr Word structure_words[] = {
    {"rename", "its name in C++", "rename: DaemonDeploymentDetail"},
    {"fields", "as for models", "fields: {type: {rename: kind}}"},
    {"extra_fields", "as for models", "extra_fields: {tags: Tags}"},
    {"properties", "as for models", "properties: {image_tag: {match: image, pattern: '^.+:(.+)$'}}"},
    {"relations", "as for models, but the accessor takes the session: `container.image_object(session)`",
     "relations: {image_object: {model: ECRImage, service: ecr, arguments: {repositoryName: repository_name}}}"},
};

constexpr Word field_words[] = {
    {"rename", "its name in C++ and in filters", "rename: kind"},
    {"required", "whether it must be given to create one", "required: true"},
    {"default", "what is sent when one is created without it", "default: FARGATE"},
    {"read_only", "only AWS sets it: never sent", "read_only: true"},
};

constexpr Word extra_field_words[] = {
    {"type", "a shape of AWS, or string, boolean, integer, long, float, double, timestamp; a field with nothing else may be "
             "written `name: type`", "type: Tags"},
    {"required", "whether it must be given to create one", "required: true"},
    {"default", "what is sent when one is created without it", "default: 300"},
    {"read_only", "only AWS sets it: never sent", "read_only: true"},
};

constexpr Word expression_words[] = {
    {"path", "a path from the model (or the response), its properties included: `a.b`, `a[].b`, `a[0].b`, `a['key']` of a "
             "map or a list of tags; alone it may be written as a plain text (`cluster: clusterArn`)", "{path: clusterArn, wrap: true}"},
    {"value", "a constant", "desiredStatus: {value: RUNNING}"},
    {"format", "a text with paths in braces; absent where one of them is",
     "ResourceIds: {format: 'service/{cluster_name}/{serviceName}', wrap: true}"},
    {"match", "a path to a text that is matched with `pattern`", "{match: group, pattern: '^service:(.+)$'}"},
    {"pattern", "the regular expression (ECMAScript) of `match`; the value is its group, absent where it does not match",
     "{match: group, pattern: '^service:(.+)$'}"},
    {"argument", "an argument of the call, or a member of its request that the model gave", "cluster: {argument: cluster}"},
    {"relation", "a relation of the model, which is awaited; `path` leads on from it",
     "taskDefinition: {relation: target_service_revision, path: taskDefinition}"},
    {"filter", "the name of a filter in EC2's style, {Name, Values}, with the values at `path`; where there are none, nothing "
               "is asked", "Filters: {filter: vpc-id, path: VpcId}"},
    {"tag_specification", "the kind of a new resource, which gets the tags at `path`: {ResourceType, Tags}; nothing where "
                          "there are none", "TagSpecifications: {tag_specification: volume, path: Tags}"},
    {"query_string", "a path to a list of tags, which become one text: `a=b&c=d`; absent where there are none",
     "Tagging: {query_string: Tags}"},
    {"unless", "what keeps the value at `path` from being sent: a member with one of these texts, or `empty`: a list without "
               "elements", "desiredCount: {path: desiredCount, unless: {schedulingStrategy: DAEMON}}"},
    {"wrap", "the one value becomes a list of one", "services: {path: serviceArn, wrap: true}"},
    {"omit", "nothing is sent, although the model has a member of this name", "tags: {omit: true}"},
};

constexpr Word relation_words[] = {
    {"model", "the model that it leads to", "model: Cluster"},
    {"service", "the service of that model, where it is another; who follows it includes that model's header",
     "service: elbv2"},
    {"method", "the method of its manager; left out: get, or list where there are many", "method: get_many"},
    {"arguments", "arguments of that method from this model", "arguments: {cluster: clusterArn}"},
    {"many", "it leads to any number", "many: true"},
    {"cached", "false: awaited anew every time, because it changes. Else the model keeps it, and asks again only after a member "
               "has changed that it comes from. One to many is a query, which asks every time it is awaited and keeps nothing",
     "cached: false"},
};

constexpr Word proxy_words[] = {
    {"method", "the method of the manager, where it has another name", "method: deregister"},
    {"arguments", "arguments that the model fills; the others stay", "arguments: {taskDefinition: taskDefinitionArn}"},
};

constexpr Word method_words[] = {
    {"operation", "AWS's operation", "operation: DescribeServices"},
    {"arguments", "arguments that differ from the members of the request; required ones are positional, in this order. One of "
                  "which nothing is said is never what a model has by its name",
     "arguments: {service: {to: services, wrap: true, required: true}}"},
    {"result", "path in the response to what is returned: a list's first element where one model is, `a[].b[]` for lists "
               "within a list; `all`: the response; `none`: nothing. Left out: what AWS's paginator of a list names, else the member "
               "that is the model or a list of it; without one it must be said, unless the response is empty or there is `then`",
     "result: services"},
    {"model", "the model that is returned, where AWS's structure at `result` is another: the members of the same name are taken "
              "over", "model: IAMAccessKey"},
    {"join", "true: all pages of the operation are read and their lists joined; the method returns that one response, and no "
             "query", "join: true"},
    {"failures", "path in the response to a list of {arn, reason, detail} or {failureCode, failureReason}, or where what they "
                 "say is; the reason MISSING is `DoesNotExist`. Nothing is thrown where the whole response is "
                 "returned, which has them",
     "failures: {path: Unsuccessful, code: Error.Code, message: Error.Message, about: ResourceId}"},
    {"missing", "codes of errors, or of failures, that are `DoesNotExist`", "missing: [ClusterNotFoundException]"},
    {"from", "create and update: members of the request, or of a structure in it (`a.b`), that are not members of the model of the "
             "same name",
     "from: {service: serviceName, cluster: clusterArn}"},
    {"merge", "members of each returned model from elsewhere in the response, or from arguments of the call; `match` and "
              "`format` also look at what the model has by then",
     "merge: {tags: tags}"},
    {"also", "operations called besides for each model returned, several at once, whose answers complete it: its tags, its "
             "attributes", "also: {ListQueueTags: {arguments: {QueueUrl: QueueUrl}, merge: {Tags: Tags}}}"},
    {"and_then", "create and update: operations called afterwards, one after the other, each where the model has what it needs; "
                 "then comes `then`",
     "and_then: {PutBucketTagging: {arguments: {Bucket: Name, Tagging.TagSet: Tags}}}"},
    {"says_region", "a text of a structure in the request that is the session's region, where the call has no such structure",
     "says_region: {path: CreateBucketConfiguration.LocationConstraint, silent: us-east-1}"},
    {"url_encoded", "texts in the response that are percent-encoded where a member of it says so: they are decoded",
     "url_encoded: {paths: ['Contents[].Key', NextKeyMarker], where: {EncodingType: url}}"},
    {"nothing", "codes of errors that mean that there is nothing to return: what is returned is then absent or empty",
     "nothing: NoSuchLifecycleConfiguration"},
    {"stream", "true: the body of the request comes from a Source, that of the response goes into a Sink, which is the last "
               "positional argument, and neither is held in memory", "stream: true"},
    {"hydrate", "what the operation lists are keys: the models are read with another method",
     "hydrate: {method: get_many, argument: services, batch: 10}"},
    {"for_each", "all results of another list, once for each model of a list",
     "for_each: {model: Cluster, method: list, arguments: {cluster: clusterArn}}"},
    {"each", "one call of another method for each element of an argument, several at once, where AWS takes one key a call; in "
             "the order of the argument, without what does not exist",
     "each: {argument: daemonArns, method: get, to: daemonArn}"},
    {"then", "the response is not the model: read it with another method",
     "then: {method: get, arguments: {daemonArn: daemonArn}}"},
    {"chunk", "an argument of which AWS takes only so many elements: more are sent in several calls, one after the other but "
              "for those of `get_many`, which are under way at once; where one fails, so does the method, though those before it "
              "were carried out",
     "chunk: {argument: taskDefinitions, size: 10}"},
    {"scan", "get: AWS has only a list, which is looked through for the one whose member is that text",
     "scan: {method: list, argument: Name, path: Name}"},
};

constexpr Word argument_words[] = {
    {"to", "the member of the request, where it has another name; or a member of a structure in it, which several arguments may "
           "fill together (`Delete.Objects`); or a text of the structure in a list of it", "imageTag: {to: 'imageIds[].imageTag'}"},
    {"wrap", "the one value becomes a list of one", "service: {to: services, wrap: true}"},
    {"required", "true: positional; false: named, although AWS requires it", "service: {required: true}"},
    {"default", "sent unless the caller says something else", "include: {default: [TAGS]}"},
    {"value", "always sent; the caller does not see the argument", "revision: {value: ALL}"},
    {"hidden", "never sent", "referenceId: {hidden: true}"},
};

constexpr Word hydrate_words[] = {
    {"model", "the model that is read, where it is not the manager's own", "model: Task"},
    {"method", "get_many (left out), or get: one call for each", "method: get"},
    {"argument", "the argument that takes the keys", "argument: services"},
    {"batch", "how many keys one call takes", "batch: 10"},
    {"key", "path from a listed element to its key; left out: the element. Arguments that both methods have are handed on",
     "key: daemonArn"},
};

constexpr Word for_each_words[] = {
    {"model", "the model whose list is walked", "model: Cluster"},
    {"method", "the list of this manager that is called each time; left out: list", "method: list"},
    {"arguments", "its arguments from that model", "arguments: {cluster: clusterArn}"},
};

constexpr Word also_words[] = {
    {"arguments", "members of its request from the model; nothing is asked where one that is required is absent",
     "arguments: {ResourceArn: arn, MaxItems: {value: 1000}}"},
    {"merge", "members of the model from its response: all pages, where it pages", "merge: {Tags: Tags}"},
    {"missing", "codes of errors that mean that there is nothing to add", "missing: NoSuchTagSet"},
};

constexpr Word and_then_words[] = {
    {"arguments", "members of its request, or of a structure in it, from the model; it is not called where one is absent",
     "arguments: {Bucket: Name, Tagging.TagSet: Tags}"},
    {"emptied", "the operation that is called in its place, with those of the arguments that it has, where a list would be sent "
                "that has no elements", "emptied: DeleteBucketTagging"},
};

constexpr Word says_region_words[] = {
    {"path", "that text", "path: CreateBucketConfiguration.LocationConstraint"},
    {"silent", "the region for which nothing is said", "silent: us-east-1"},
};

constexpr Word url_encoded_words[] = {
    {"paths", "paths in the response to these texts", "paths: ['Contents[].Key', NextKeyMarker]"},
    {"where", "the member of the response, and its value where they are percent-encoded", "where: {EncodingType: url}"},
};

constexpr Word each_words[] = {
    {"argument", "the argument of this method that takes the keys: the first, before those of the other method",
     "argument: daemonArns"},
    {"method", "the method that is called; left out: get", "method: get"},
    {"to", "its argument that takes one key", "to: daemonArn"},
};

constexpr Word then_words[] = {
    {"method", "the method that reads the model; left out: get", "method: get"},
    {"arguments", "its arguments, from the response where it has the path, else from the model that is created or updated; those of the "
                  "call are said with `argument`. With `before` there is no response to look at", "arguments: {daemonArn: daemonArn}"},
    {"before", "read it before the change: what was there is returned", "before: true"},
};

constexpr Word chunk_words[] = {
    {"argument", "the argument", "argument: taskDefinitions"},
    {"size", "the most elements that one call takes", "size: 10"},
    {"bytes", "the most bytes that the elements of one call may come to, written as JSON or as CBOR; one that is larger is sent alone",
     "bytes: 1000000"},
};

constexpr Word failures_words[] = {
    {"path", "path in the response to the list", "path: Unsuccessful"},
    {"code", "path in each of them to the error's code", "code: Error.Code"},
    {"message", "path in each of them to what AWS says of it", "message: Error.Message"},
    {"about", "path in each of them to what could not be done something with", "about: ResourceId"},
};

constexpr Word scan_words[] = {
    {"method", "any method of the manager that lists the models; left out: list", "method: list"},
    {"argument", "the argument of this method that takes the text", "argument: Name"},
    {"path", "the text of each result that it is compared with; left out: the one of the argument's name", "path: Name"},
};

constexpr Section sections[] = {
    {"overlay", "the file", service_words},
    {"other_regions", "under other_regions", region_words},
    {"retries", "under retries", retry_words},
    {"pagination", "under pagination.<operation>", paging_words},
    {"model", "under models.<name>", model_words},
    {"by_hand", "under by_hand.<name>", by_hand_words},
    {"tagging", "under tagging", tagging_words},
    {"tag call", "under tagging.tag and tagging.untag", tag_call_words},
    {"structure", "under structures.<name>", structure_words},
    {"field", "under fields.<name>", field_words},
    {"extra field", "under extra_fields.<name>", extra_field_words},
    {"expression", "wherever a value comes from: properties, arguments, from, merge, arn, name, key", expression_words},
    {"relation", "under relations.<name>", relation_words},
    {"proxy", "under proxies.<name>", proxy_words},
    {"method", "under methods.<name>", method_words},
    {"argument", "under arguments.<name> of a method", argument_words},
    {"hydrate", "under hydrate", hydrate_words},
    {"also", "under also.<operation>", also_words},
    {"and_then", "under and_then.<operation>", and_then_words},
    {"for_each", "under for_each", for_each_words},
    {"says_region", "under says_region", says_region_words},
    {"url_encoded", "under url_encoded", url_encoded_words},
    {"each", "under each", each_words},
    {"then", "under then", then_words},
    {"chunk", "under chunk", chunk_words},
    {"failures", "under failures", failures_words},
    {"scan", "under scan", scan_words},
};

}  // namespace

std::span<const Section> vocabulary() noexcept { return sections; }

std::vector<std::string_view> words_of(std::string_view section) {
    std::vector<std::string_view> names;
    for (const Section& candidate : sections) {
        if (candidate.name != section) continue;
        for (const Word& word : candidate.words) names.push_back(word.name);
    }
    return names;
}

int vocabulary_command(const std::vector<std::string_view>&, std::ostream& out) {
    out << "# The words of specs/models/<service>.yaml\n";
    for (const Section& section : sections) {
        out << "\n## " << section.name << ": " << section.purpose << "\n";
        for (const Word& word : section.words) {
            out << "- `" << word.name << "`: " << word.purpose << ".\n      " << word.example << '\n';
        }
    }
    return 0;
}

}  // namespace botocraft::gen
