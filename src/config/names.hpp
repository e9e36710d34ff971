#pragma once
// Every environment variable and every profile key that the library reads, by name: who reads one takes its name from
// here, and the README's table is compared with this list.

#include <span>
#include <string_view>

namespace botocraft::config {

// One setting: where it may stand, in order of precedence below code. `where` says which part of the library reads it.
struct Setting {
    std::string_view variable;  // empty: it cannot stand in the environment
    std::string_view key;       // of a profile; empty: it cannot stand there
    std::string_view where;
    std::string_view meaning;
    std::string_view code = {};  // the member of SessionOptions that comes before both; empty: there is none
};

namespace names {

// Files and profiles.
inline constexpr Setting config_file{"AWS_CONFIG_FILE", "", "config/profile_file",
                                     "the config file; else ~/.aws/config", "config_file"};
inline constexpr Setting credentials_file{"AWS_SHARED_CREDENTIALS_FILE", "", "config/profile_file",
                                          "the credentials file; else ~/.aws/credentials", "credentials_file"};
inline constexpr Setting home{"HOME", "", "config/profile_file", "the home directory; else that of the user"};
inline constexpr Setting profile{"AWS_PROFILE", "", "config/settings", "the profile; else `default`", "profile"};

// How calls are made.
inline constexpr Setting region{"AWS_REGION", "region", "config/settings", "the region", "region"};
inline constexpr Setting default_region{"AWS_DEFAULT_REGION", "region", "config/settings",
                                        "likewise, after AWS_REGION", "region"};
inline constexpr Setting defaults_mode{"AWS_DEFAULTS_MODE", "defaults_mode", "config/settings",
    "legacy, standard, in-region, cross-region, mobile, auto: defaults of what follows", "defaults_mode"};
inline constexpr Setting retry_mode{"AWS_RETRY_MODE", "retry_mode", "config/settings",
                                    "standard, adaptive; legacy is as standard", "retry_mode"};
inline constexpr Setting max_attempts{"AWS_MAX_ATTEMPTS", "max_attempts", "config/settings",
                                      "1: no retries; else 3, of DynamoDB 4", "max_attempts"};
inline constexpr Setting new_retries{"AWS_NEW_RETRIES_2026", "", "config/settings",
                                     "false: the retry rules of before November 2026", "behavior"};
inline constexpr Setting use_fips{"AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "config/endpoint_settings", "true, false",
                                  "endpoints.use_fips"};
inline constexpr Setting use_dualstack{"AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "config/endpoint_settings",
                                       "true, false", "endpoints.use_dualstack"};
inline constexpr Setting endpoint_url{"AWS_ENDPOINT_URL", "endpoint_url", "config/settings",
                                      "the endpoint of every service", "endpoint_url"};
inline constexpr Setting service_endpoint_url{"AWS_ENDPOINT_URL_<SERVICE>",
                                              "endpoint_url of the service in the section of `services`",
                                              "config/settings", "the endpoint of one service",
                                              "endpoints.services[\"ecs\"].url"};
inline constexpr Setting services{"", "services", "config/settings", "the [services] section with endpoints"};
inline constexpr Setting ignore_endpoint_urls{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls",
                                              "config/endpoint_settings", "true: only code may name endpoints",
                                              "endpoints.ignore_configured_urls"};
inline constexpr Setting ca_bundle{"AWS_CA_BUNDLE", "ca_bundle", "config/settings",
                                   "PEM file of the only trusted authorities", "ca_bundle"};
inline constexpr Setting execution_environment{"AWS_EXECUTION_ENV", "", "config/defaults_mode",
                                               "set inside AWS: tells the defaults mode `auto` where it runs"};

// Proxies.
inline constexpr Setting https_proxy{"HTTPS_PROXY", "", "config/proxy_settings",
                                     "the proxy for endpoints with TLS: http://user:password@host:port; https_proxy counts before it",
                                     "proxy.https"};
inline constexpr Setting http_proxy{"HTTP_PROXY", "", "config/proxy_settings", "the proxy for endpoints without TLS; http_proxy counts before it",
                                    "proxy.http"};
inline constexpr Setting all_proxy{"ALL_PROXY", "", "config/proxy_settings", "the proxy where those two are not set; all_proxy counts before it",
                                   "proxy.https"};
inline constexpr Setting no_proxy{"NO_PROXY", "", "config/proxy_settings",
                                  "hosts that are reached without: example.com, 10.0.0.0/8, host:port, *; no_proxy counts before it",
                                  "proxy.no_proxy"};
inline constexpr Setting request_method{"REQUEST_METHOD", "", "config/proxy_settings",
                                        "set by a web server for its CGI programs: HTTP_PROXY in capitals does not count there"};

inline constexpr Setting app_id{"AWS_SDK_UA_APP_ID", "sdk_ua_app_id", "config/settings",
                                "the program's name, which the user agent of its requests says", "app_id"};

// Compression of requests.
inline constexpr Setting disable_compression{"AWS_DISABLE_REQUEST_COMPRESSION", "disable_request_compression",
                                             "config/settings", "true: requests are never compressed",
                                             "protocol.compression.disable"};
inline constexpr Setting compression_min_size{"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
                                              "request_min_compression_size_bytes", "config/settings",
                                              "smaller bodies are sent as they are; else 10240",
                                              "protocol.compression.min_size"};

// Checksums of requests.
inline constexpr Setting request_checksums{"AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation",
                                           "config/settings",
                                           "when_supported, when_required: which bodies get a checksum",
                                           "protocol.request_checksums"};

inline constexpr Setting response_checksums{"AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation",
                                            "config/settings",
                                            "when_supported, when_required: which bodies are compared with theirs",
                                            "protocol.response_checksums"};

// How requests are signed.
inline constexpr Setting auth_schemes{"AWS_AUTH_SCHEME_PREFERENCE", "auth_scheme_preference", "config/settings",
                                      "sigv4, sigv4a, bearer: what is offered and comes first here is used",
                                      "auth_schemes"};
inline constexpr Setting signing_region_set{"AWS_SIGV4A_SIGNING_REGION_SET", "sigv4a_signing_region_set", "config/settings",
                                            "the regions that a signature of Version 4a is for", "signing_region_set"};

// Which endpoints.
inline constexpr Setting disable_host_prefix{"AWS_DISABLE_HOST_PREFIX_INJECTION", "disable_host_prefix_injection",
                                             "config/endpoint_settings", "true: hosts get no prefix of the operation",
                                             "endpoints.disable_host_prefix"};
inline constexpr Setting account_id_mode{"AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode",
                                         "config/endpoint_settings", "preferred, disabled, required",
                                         "endpoints.account_id_mode"};
inline constexpr Setting endpoint_discovery{"AWS_ENABLE_ENDPOINT_DISCOVERY", "endpoint_discovery_enabled",
                                            "config/endpoint_settings",
                                            "true, false: whether DynamoDB names its endpoints; else auto",
                                            "endpoints.discovery"};
inline constexpr Setting sts_regional_endpoints{"AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints",
                                                "config/endpoint_settings", "regional, legacy", "endpoints.sts"};
inline constexpr Setting s3_addressing_style{"", "addressing_style", "config/endpoint_settings",
                                             "under `s3`: auto, path, virtual", "endpoints.s3.addressing_style"};
inline constexpr Setting s3_accelerate{"", "use_accelerate_endpoint", "config/endpoint_settings", "under `s3`: true, false",
                                       "endpoints.s3.accelerate"};
inline constexpr Setting s3_use_dualstack{"", "use_dualstack_endpoint", "config/endpoint_settings",
                                          "under `s3`: true, false", "endpoints.services[\"s3\"].use_dualstack"};
inline constexpr Setting s3_use_arn_region{"AWS_S3_USE_ARN_REGION", "s3_use_arn_region", "config/endpoint_settings",
                                           "also `use_arn_region` under `s3`: the region of an ARN counts",
                                           "endpoints.s3.use_arn_region"};
inline constexpr Setting s3_disable_multi_region{"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
                                                 "s3_disable_multiregion_access_points", "config/endpoint_settings",
                                                 "also under `s3`: true, false",
                                                 "endpoints.s3.disable_multi_region_access_points"};
inline constexpr Setting s3_disable_express_session_auth{"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
                                                         "s3_disable_express_session_auth", "config/endpoint_settings",
                                                         "true: buckets of S3 Express are called without sessions", "endpoints.s3.disable_express_session_auth"};
inline constexpr Setting s3_us_east_1{"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint",
                                      "config/endpoint_settings",
                                      "also `us_east_1_regional_endpoint` under `s3`: regional, legacy",
                                      "endpoints.s3.us_east_1"};

// Keys.
inline constexpr Setting access_key_id{"AWS_ACCESS_KEY_ID", "aws_access_key_id", "auth/providers", "the access key",
                                       "credentials"};
inline constexpr Setting secret_access_key{"AWS_SECRET_ACCESS_KEY", "aws_secret_access_key", "auth/providers",
                                           "its secret", "credentials"};
inline constexpr Setting session_token{"AWS_SESSION_TOKEN", "aws_session_token", "auth/providers",
                                       "the token of temporary keys", "credentials"};
inline constexpr Setting account_id{"AWS_ACCOUNT_ID", "aws_account_id", "auth/providers", "the account of the keys",
                                    "credentials"};

// Roles.
inline constexpr Setting role_arn{"AWS_ROLE_ARN", "role_arn", "auth/roles, auth/profile_chain",
                                  "the role to take; the variable is for web identity alone", "credentials"};
inline constexpr Setting role_session_name{"AWS_ROLE_SESSION_NAME", "role_session_name",
                                           "auth/roles, auth/profile_chain",
                                           "what CloudTrail shall call the session", "credentials"};
inline constexpr Setting web_identity_token_file{"AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file",
                                                 "auth/roles, auth/profile_chain",
                                                 "the token that the role is given for", "credentials"};
inline constexpr Setting source_profile{"", "source_profile", "auth/profile_chain", "the profile that takes the role",
                                        "credentials"};
inline constexpr Setting credential_source{"", "credential_source", "auth/profile_chain",
                                           "Environment, Ec2InstanceMetadata or EcsContainer take the role",
                                           "credentials"};
inline constexpr Setting external_id{"", "external_id", "auth/profile_chain", "of the role", "credentials"};
inline constexpr Setting mfa_serial{"", "mfa_serial", "auth/profile_chain",
                                    "of the role: asks SessionOptions::mfa_code", "credentials"};
inline constexpr Setting duration_seconds{"", "duration_seconds", "auth/profile_chain",
                                          "how long the role is taken for", "credentials"};

// People.
inline constexpr Setting sso_session{"", "sso_session", "auth/profile_chain", "the [sso-session] section",
                                     "credentials"};
inline constexpr Setting sso_start_url{"", "sso_start_url", "auth/profile_chain", "also in [sso-session]",
                                       "credentials"};
inline constexpr Setting sso_region{"", "sso_region", "auth/profile_chain", "also in [sso-session]", "credentials"};
inline constexpr Setting sso_account_id{"", "sso_account_id", "auth/profile_chain", "the account", "credentials"};
inline constexpr Setting sso_role_name{"", "sso_role_name", "auth/profile_chain", "the role in it", "credentials"};
inline constexpr Setting login_session{"", "login_session", "auth/profile_chain", "of `aws login`", "credentials"};
inline constexpr Setting login_cache{"AWS_LOGIN_CACHE_DIRECTORY", "", "auth/sign_in_cache", "else ~/.aws/login/cache",
                                     "login_cache"};
inline constexpr Setting credential_process{"", "credential_process", "auth/profile_chain",
                                            "a command that prints keys", "credentials"};
inline constexpr Setting bearer_token{"AWS_BEARER_TOKEN_<SIGNING_NAME>", "", "auth/bearer_token",
                                      "the token for a service that takes bearer tokens", "bearer_tokens"};

// Containers and instances.
inline constexpr Setting container_relative_uri{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "",
                                                "auth/container_provider", "set by ECS", "credentials"};
inline constexpr Setting container_full_uri{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "", "auth/container_provider",
                                            "set by EKS, Greengrass and others", "credentials"};
inline constexpr Setting container_token_file{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "", "auth/container_provider",
                                              "what it is asked with", "credentials"};
inline constexpr Setting container_token{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "", "auth/container_provider",
                                         "likewise", "credentials"};
inline constexpr Setting metadata_disabled{"AWS_EC2_METADATA_DISABLED", "", "auth/instance_metadata",
                                           "true: the instance is not asked", "metadata.disabled"};
inline constexpr Setting metadata_v1_disabled{"AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled",
                                              "auth/instance_metadata",
                                              "false: version 1 where there is no other; else never",
                                              "metadata.v1_disabled"};
inline constexpr Setting metadata_endpoint{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint",
                                           "auth/instance_metadata", "its URL", "metadata.endpoint"};
inline constexpr Setting metadata_endpoint_mode{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                                                "ec2_metadata_service_endpoint_mode", "auth/instance_metadata",
                                                "IPv4, IPv6", "metadata.endpoint_mode"};
inline constexpr Setting metadata_timeout{"AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout",
                                          "auth/instance_metadata", "seconds; else 1", "metadata.timeout"};
inline constexpr Setting metadata_attempts{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts",
                                           "auth/instance_metadata", "else 3", "metadata.attempts"};
inline constexpr Setting instance_profile{"AWS_EC2_INSTANCE_PROFILE_NAME", "ec2_instance_profile_name",
                                          "auth/instance_metadata", "the role, without asking for its name",
                                          "metadata.instance_profile"};

}  // namespace names

// All of them, in the order of the README.
[[nodiscard]] std::span<const Setting> all_settings() noexcept;

}  // namespace botocraft::config
