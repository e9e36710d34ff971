#pragma once
// How often, and after which waits, a request that failed is sent again.

namespace botocraft {

// Only what may be sent twice is: reads, idempotent operations, requests with an idempotency token, and everything that AWS
// cannot have seen or has answered with an error.
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
