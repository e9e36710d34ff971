// A full signature of a 1 KB request beside the hashing that it cannot do without. The floor is the compression function of
// SHA-256 alone, which only OpenSSL's older interface gives access to.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <auth/signing_keys.hpp>
#include <auth/sigv4.hpp>

#include <benchmark/benchmark.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "support/allocations.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>

namespace {

std::size_t openssl_allocations = 0;  // one thread, and an atomic would cost what is measured

namespace auth = botocraft::auth;

// The request that measurements of this project have used from the start: six headers, 1 KB of body.
struct Example {
    std::string body = std::string(1024, 'x');
    std::array<auth::HeaderView, 4> headers = {
        {{"content-type", "application/x-amz-json-1.1"},
         {"host", "ecs.us-east-1.amazonaws.com"},
         {"x-amz-target", "AmazonEC2ContainerServiceV20141113.DescribeServices"},
         {"x-amz-user-agent", "proto/0.1"}}};
    auth::SigningIdentity credentials{botocraft::Credentials(
        "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRST"
        "UVWXYZ")};

    [[nodiscard]] auth::RequestToSign request() const {
        auth::RequestToSign result;
        result.method = "POST";
        result.headers = headers;
        result.body = body;
        result.region = "us-east-1";
        result.service = "ecs";
        result.time = std::chrono::sys_seconds(std::chrono::seconds(1440938160));
        return result;
    }
};

std::size_t blocks_of(std::size_t bytes) { return (bytes + 9 + 63) / 64; }

// The blocks that a signature of the example hashes, without the header of each hash.
std::string hashed_blocks() {
    const Example example;
    auth::Signer signer;
    std::string head;
    signer.sign(example.request(), example.credentials, head, &example.credentials.keys);
    const std::size_t blocks = blocks_of(example.body.size()) + blocks_of(signer.canonical_request().size()) +
                               blocks_of(signer.string_to_sign().size()) + 1;
    return std::string(blocks * 64, 'y');
}

void hash(const std::string& bytes) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes.data(), bytes.size());
    benchmark::DoNotOptimize(context.h[0]);
}

void floor_sha256_same_blocks(benchmark::State& state) {
    const std::string bytes = hashed_blocks();
    for (auto _ : state) hash(bytes);
    state.counters["blocks"] = static_cast<double>(bytes.size()) / 64;
}
BENCHMARK(floor_sha256_same_blocks);

// Times `sign`, and in turns with it the floor: `of_the_floor` is the ratio of both in this very run.
template <class Sign>
void beside_the_floor(benchmark::State& state, Sign sign) {
    constexpr std::size_t batch = 256;
    const std::string bytes = hashed_blocks();
    sign();
    std::clock_t signing = 0, hashing = 0;
    std::size_t done = 0, asked = 0, openssl_asked = 0;
    while (state.KeepRunningBatch(batch)) {
        const std::size_t before = fake::allocations(), openssl_before = openssl_allocations;
        const std::clock_t begun = std::clock();
        for (std::size_t i = 0; i < batch; ++i) sign();
        signing += std::clock() - begun;
        asked += fake::allocations() - before;
        openssl_asked += openssl_allocations - openssl_before;
        done += batch;
        state.PauseTiming();
        const std::clock_t floor = std::clock();
        for (std::size_t i = 0; i < batch; ++i) hash(bytes);
        hashing += std::clock() - floor;
        state.ResumeTiming();
    }
    state.counters["of_the_floor"] = static_cast<double>(signing) / static_cast<double>(hashing);
    state.counters["new"] = static_cast<double>(asked) / static_cast<double>(done);
    state.counters["openssl_malloc"] = static_cast<double>(openssl_asked) / static_cast<double>(done);
}

void sign_header_form(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string head;
    const auth::RequestToSign request = example.request();
    beside_the_floor(state, [&] {
        head.clear();
        signer.sign(request, example.credentials, head, &example.credentials.keys);
        benchmark::DoNotOptimize(head.data());
    });
}
BENCHMARK(sign_header_form);

// As above, and the second changes every time, as at a low rate of calls.
void sign_header_form_new_second(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string head;
    auth::RequestToSign request = example.request();
    const auto start = request.time;
    int second = 0;
    beside_the_floor(state, [&] {
        head.clear();
        request.time = start + std::chrono::seconds(++second % 3600);
        signer.sign(request, example.credentials, head, &example.credentials.keys);
        benchmark::DoNotOptimize(head.data());
    });
}
BENCHMARK(sign_header_form_new_second);

// The key of the day is made anew every time, as it is for new credentials.
void sign_with_new_key(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string head;
    const auth::RequestToSign request = example.request();
    beside_the_floor(state, [&] {
        head.clear();
        signer.forget();
        signer.sign(request, example.credentials, head);
        benchmark::DoNotOptimize(head.data());
    });
}
BENCHMARK(sign_with_new_key);

void presign(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string query;
    auth::RequestToSign request = example.request();
    request.headers = std::span(example.headers).subspan(1, 1);
    request.payload_hash = auth::unsigned_payload;
    beside_the_floor(state, [&] {
        query.clear();
        signer.presign(request, example.credentials, std::chrono::hours(1), query, &example.credentials.keys);
        benchmark::DoNotOptimize(query.data());
    });
}
BENCHMARK(presign);

void* counted_malloc(std::size_t size, const char*, int) {
    ++openssl_allocations;
    return std::malloc(size);
}
void* plain_realloc(void* memory, std::size_t size, const char*, int) { return std::realloc(memory, size); }
void plain_free(void* memory, const char*, int) { std::free(memory); }

}  // namespace

int main(int argc, char** argv) {
    CRYPTO_set_mem_functions(counted_malloc, plain_realloc, plain_free);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
