// A full signature of a 1 KB request beside the hashing that it cannot do without. The floor is the compression function of
// SHA-256 alone, which only OpenSSL's older interface gives access to.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <auth/signing_keys.hpp>
#include <auth/sigv4.hpp>

#include <benchmark/benchmark.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <new>
#include <string>

namespace {

unsigned long allocations = 0;  // one thread, and an atomic would cost what is measured
unsigned long openssl_allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

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

void report(benchmark::State& state, unsigned long before, unsigned long openssl_before) {
    const auto count = static_cast<double>(state.iterations());
    state.counters["new"] = static_cast<double>(allocations - before) / count;
    state.counters["openssl_malloc"] = static_cast<double>(openssl_allocations - openssl_before) / count;
}

void floor_sha256_same_blocks(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string head;
    signer.sign(example.request(), example.credentials, head, &example.credentials.keys);
    const std::size_t blocks = blocks_of(example.body.size()) + blocks_of(signer.canonical_request().size()) +
                               blocks_of(signer.string_to_sign().size()) + 1;
    const std::string bytes(blocks * 64, 'y');
    const unsigned long before = allocations, openssl_before = openssl_allocations;
    for (auto _ : state) {
        SHA256_CTX context;
        SHA256_Init(&context);
        SHA256_Update(&context, bytes.data(), bytes.size());
        benchmark::DoNotOptimize(context.h[0]);
    }
    report(state, before, openssl_before);
    state.counters["blocks"] = static_cast<double>(blocks);
}
BENCHMARK(floor_sha256_same_blocks);

void sign_header_form(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string head;
    auth::RequestToSign request = example.request();
    signer.sign(request, example.credentials, head, &example.credentials.keys);
    const unsigned long before = allocations, openssl_before = openssl_allocations;
    for (auto _ : state) {
        head.clear();
        signer.sign(request, example.credentials, head, &example.credentials.keys);
        benchmark::DoNotOptimize(head.data());
    }
    report(state, before, openssl_before);
}
BENCHMARK(sign_header_form);

// As above, and the second changes every time, as at a low rate of calls.
void sign_header_form_new_second(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string head;
    auth::RequestToSign request = example.request();
    const auto start = request.time;
    signer.sign(request, example.credentials, head, &example.credentials.keys);
    const unsigned long before = allocations, openssl_before = openssl_allocations;
    int second = 0;
    for (auto _ : state) {
        head.clear();
        request.time = start + std::chrono::seconds(++second % 3600);
        signer.sign(request, example.credentials, head, &example.credentials.keys);
        benchmark::DoNotOptimize(head.data());
    }
    report(state, before, openssl_before);
}
BENCHMARK(sign_header_form_new_second);

// The key of the day is made anew every time, as it is for new credentials.
void sign_with_new_key(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string head;
    const auth::RequestToSign request = example.request();
    const unsigned long before = allocations, openssl_before = openssl_allocations;
    for (auto _ : state) {
        head.clear();
        signer.forget();
        signer.sign(request, example.credentials, head);
        benchmark::DoNotOptimize(head.data());
    }
    report(state, before, openssl_before);
}
BENCHMARK(sign_with_new_key);

void presign(benchmark::State& state) {
    const Example example;
    auth::Signer signer;
    std::string query;
    auth::RequestToSign request = example.request();
    request.headers = std::span(example.headers).subspan(1, 1);
    request.payload_hash = auth::unsigned_payload;
    for (auto _ : state) {
        query.clear();
        signer.presign(request, example.credentials, std::chrono::hours(1), query, &example.credentials.keys);
        benchmark::DoNotOptimize(query.data());
    }
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
