# botocraft_add_service(ecs): the library botocraft_ecs (botocraft::ecs), made from specs/aws/ecs.json and specs/models/ecs.yaml.
# A service without an overlay has no models, only its client: all operations, as AWS describes them. What its overlay says is
# written by hand is in src/services/ecs.cpp and ecs_*.cpp.
#
# The generator leaves files alone whose text stays the same, so that a change of a spec rebuilds only what it changed. It
# runs when it is itself newer than its stamp, or one of the overlays is: a service's relations lead to other overlays.
# SPECS: the folder that holds aws/ and models/, where it is not specs/.
# RELATED: the services that relations of the overlay lead to, and those that functions written by hand call. A program that
# follows none of them links nothing of those.
function(botocraft_add_service name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SPECS" "RELATED")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "botocraft_add_service(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  # The caller may be another project, which has the library in a folder.
  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH root)
  if(NOT arg_SPECS)
    set(arg_SPECS ${root}/specs)
  endif()
  string(REPLACE "-" "_" id ${name})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/generated/${id})
  set(sources ${out}/src/${id}.cpp ${out}/src/${id}_client.cpp)
  set(by_hand "")
  if(arg_SPECS STREQUAL "${root}/specs")
    file(GLOB by_hand CONFIGURE_DEPENDS ${root}/src/services/${id}.cpp ${root}/src/services/${id}_*.cpp)
  endif()
  set(stamp ${out}/generated.stamp)
  file(GLOB overlays CONFIGURE_DEPENDS ${arg_SPECS}/models/*.yaml)
  # Those of the last time: what includes one that changes is compiled in the same build.
  file(GLOB headers CONFIGURE_DEPENDS ${out}/include/botocraft/${id}/*.hpp)
  add_custom_command(
    OUTPUT ${stamp}
    BYPRODUCTS ${sources} ${headers}
    COMMAND gen generate ${name} --specs ${arg_SPECS} --output ${out}
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS gen ${arg_SPECS}/aws/${name}.json ${overlays}
    COMMENT "Generating ${name}"
    VERBATIM)
  add_custom_target(generate_${id} DEPENDS ${stamp})

  add_library(botocraft_${id} STATIC ${sources} ${by_hand})
  add_library(botocraft::${id} ALIAS botocraft_${id})
  add_dependencies(botocraft_${id} generate_${id})
  target_include_directories(botocraft_${id} PUBLIC ${out}/include PRIVATE ${root}/src)
  target_link_libraries(botocraft_${id} PUBLIC botocraft)
  foreach(related IN LISTS arg_RELATED)
    string(REPLACE "-" "_" related ${related})
    target_link_libraries(botocraft_${id} PUBLIC botocraft_${related})
  endforeach()
  botocraft_own_library(botocraft_${id})
  # The names of a large service are one literal, longer than the standard asks a compiler to take.
  target_compile_options(botocraft_${id} PRIVATE -Wno-overlength-strings)
endfunction()
