// Started in the folder that has the packages: `node s3_server.js DATA BUCKET`. Prints its port; ends with stdin.
const { createRequire } = require('node:module')
const S3rver = createRequire(process.cwd() + '/')('@20minutes/s3rver')

const [directory, bucket] = process.argv.slice(2)
new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: bucket }] })
  .run()
  .then(({ port }) => console.log(port))
process.stdin.on('end', () => process.exit()).resume()
