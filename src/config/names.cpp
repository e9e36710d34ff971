#include "config/names.hpp"

namespace botocraft::config {

std::span<const Setting> all_settings() noexcept {
    using namespace names;
    static constexpr Setting all[] = {
        config_file, credentials_file, home, profile, region, default_region, defaults_mode, retry_mode, max_attempts,
        new_retries,
        use_fips, use_dualstack, endpoint_url, service_endpoint_url, services, ignore_endpoint_urls, ca_bundle,
        execution_environment, app_id, https_proxy, http_proxy, all_proxy, no_proxy,
        request_method, disable_compression, compression_min_size,
        request_checksums, response_checksums, auth_schemes, signing_region_set, disable_host_prefix, account_id_mode,
        endpoint_discovery, sts_regional_endpoints,
        s3_addressing_style, s3_accelerate, s3_use_dualstack, s3_use_arn_region, s3_disable_multi_region,
        s3_disable_express_session_auth, s3_us_east_1, access_key_id, secret_access_key, session_token, account_id,
        role_arn, role_session_name, web_identity_token_file, source_profile, credential_source, external_id,
        mfa_serial, duration_seconds, sso_session, sso_start_url, sso_region, sso_account_id, sso_role_name,
        login_session, login_cache, credential_process, bearer_token, container_relative_uri, container_full_uri,
        container_token_file, container_token, metadata_disabled, metadata_v1_disabled, metadata_endpoint,
        metadata_endpoint_mode, metadata_timeout, metadata_attempts, instance_profile};
    return all;
}

}  // namespace botocraft::config
