<?php
// PHP's sessions over one store: GET /login?NAME makes a session, GET /me?ID says whether somebody
// is signed in. STORE: phpredis | symfony-redis | symfony-pdo; URL; LIFE: seconds.

use Symfony\Component\HttpFoundation\Session\Session;
use Symfony\Component\HttpFoundation\Session\Storage\Handler\PdoSessionHandler;
use Symfony\Component\HttpFoundation\Session\Storage\Handler\RedisSessionHandler;
use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;

error_reporting(E_ALL & ~E_DEPRECATED);
$url = getenv('URL');
$query = $_SERVER['QUERY_STRING'] ?? '';
$isLogin = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) === '/login';
ini_set('session.use_cookies', '0');
ini_set('session.gc_maxlifetime', getenv('LIFE'));

function answer(?string $user, string $id): void
{
    http_response_code($user === null ? 401 : 200);
    echo $id;
}

if (getenv('STORE') === 'phpredis') {
    ini_set('session.save_handler', 'redis');
    ini_set('session.save_path', $url);
    if (!$isLogin) {
        session_id($query);
    }
    session_start();
    if ($isLogin) {
        $_SESSION['username'] = $query;
    }
    answer($_SESSION['username'] ?? null, session_id());
    return;
}

require 'Symfony/Component/HttpFoundation/autoload.php';
if (getenv('STORE') === 'symfony-pdo') {
    $handler = new PdoSessionHandler($url);
    try {
        $handler->createTable();
    } catch (PDOException $error) {
        // it is there
    }
} else {
    $redis = new Redis();
    $redis->connect('127.0.0.1', (int) $url);
    $handler = new RedisSessionHandler($redis);
}
$session = new Session(new NativeSessionStorage([], $handler));
if (!$isLogin) {
    $session->setId($query);
}
$session->start();
if ($isLogin) {
    $session->set('username', $query);
}
answer($session->get('username'), $session->getId());
$session->save();
