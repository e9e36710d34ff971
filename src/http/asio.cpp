// The one file in which Asio itself is compiled (BOOST_ASIO_SEPARATE_COMPILATION): every other file that includes Asio
// gets only its declarations, which makes it a third cheaper to compile.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
