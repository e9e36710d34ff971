#pragma once
// How often, and after which waits, a request that failed is sent again.

namespace botocraft {

// Only what may be sent twice is: reads, idempotent operations, requests with an idempotency token, and everything that AWS
// cannot have seen or has answered with an error. Such an error may be one of its own (500, InternalFailure): AWS's rules
// take it for one that left nothing behind, and so do these, as AWS's SDKs do. An answer that is no error of the service,
// such as a proxy's page, says nothing of what became of the request: then only 429 and 503 count as a refusal.
//
// Beside these rules, and in each mode, a call sends its request a second time, at once and outside the quota, where
// it went over a kept connection that the server had closed meanwhile, or to an endpoint that the service had named and
// that is not the one any more. Each is done once a call, and where the request was not sent or may be sent twice.
//
// The quota is for each service and region, and shared by all calls in one execution context, whichever sessions make them.
// The rate of the adaptive mode is a session's.
enum class RetryMode : unsigned char {
    off,       // one attempt
    standard,  // random waits that grow, and a quota that ends retries while most calls fail
    adaptive,  // the same, and after throttling requests are held back, first attempts too, to a rate that AWS accepts.
               // For sessions whose calls to one service all compete for the same limit
};

// The day whose defaults a session has. A later version of the library changes none of them.
enum class BehaviorVersion : unsigned char {
    v2025_01_01,  // waits from 1 s on; a retry costs 5 of the quota's 500 tokens, and 10 after a timeout
    v2026_11_10,  // AWS's rules of 2026: waits from 50 ms on (DynamoDB 25 ms), from 1 s on after throttling; a retry costs 14
                  // tokens, and 5 after throttling; DynamoDB has 4 attempts; polls wait also when the quota is used up
    latest = v2026_11_10,
};

}  // namespace botocraft
