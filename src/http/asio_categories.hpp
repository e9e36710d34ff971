#pragma once
// Included before anything else in every source of the library, by the compiler's -include. Asio's headers keep references
// to its error categories, which every file that includes one fills at start-up. Of a function that is said to give the same
// at any time and to do nothing else, an optimising compiler leaves out what nobody uses, so that nothing is filled.

namespace boost::system {
class error_category;
}

namespace boost::asio::error {
[[gnu::const]] const boost::system::error_category& get_netdb_category();
[[gnu::const]] const boost::system::error_category& get_addrinfo_category();
[[gnu::const]] const boost::system::error_category& get_misc_category();
[[gnu::const]] const boost::system::error_category& get_ssl_category();
}  // namespace boost::asio::error

namespace boost::asio::ssl::error {
[[gnu::const]] const boost::system::error_category& get_stream_category();
}

namespace boost::asio::experimental::error {
[[gnu::const]] const boost::system::error_category& get_channel_category();
}
