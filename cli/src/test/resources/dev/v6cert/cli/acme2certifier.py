# Serves acme2certifier over HTTPS: acme2certifier.py HOST PORT HOME, with HOME/acme_srv.cfg, https.pem and https.key.
import importlib.util, os, socket, socketserver, ssl, sys
from wsgiref.simple_server import WSGIServer, make_server
host, port, home = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.environ["ACME_SRV_CONFIGFILE"] = os.path.join(home, "acme_srv.cfg")
import acme2certifier
path = os.path.join(os.path.dirname(acme2certifier.__file__), "share", "acme2certifier_wsgi.py")
spec = importlib.util.spec_from_file_location("a2c_wsgi", path)
module = importlib.util.module_from_spec(spec)
sys.modules["a2c_wsgi"] = module
spec.loader.exec_module(module)
class Server(socketserver.ThreadingMixIn, WSGIServer):
    address_family = socket.AF_INET6
    daemon_threads = True
server = make_server(host, port, module.application, Server, module.get_handler_cls())
server.base_environ["HTTPS"] = "on"
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(os.path.join(home, "https.pem"), os.path.join(home, "https.key"))
server.socket = tls.wrap_socket(server.socket, server_side=True)
print("listening", flush=True)
server.serve_forever()
