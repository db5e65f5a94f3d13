<?php

namespace App\Controller;

use App\Api\Paths;
use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\Routing\Attribute\Route;

#[Route('/blog', name: 'blog_')]
class BlogController extends AbstractController
{
    private const ARCHIVE = '/archive';

    #[Route('', name: 'index', methods: ['GET'])]
    #[Route('/page/{page<\d+>}', name: 'page', defaults: ['page' => 1], methods: 'GET')]
    public function index(): Response
    {
        return $this->redirectToRoute('blog_show');
    }

    #[Route(
        path: '/posts/{slug:post}',
        name: 'show',
        requirements: ['slug' => '[a-z]{2,}'],
        methods: [Request::METHOD_GET, 'POST'],
    )]
    public function show(): Response
    {
    }

    #[Route(self::ARCHIVE . '/{year?2024}', name: 'archive')]
    public function archive(): Response
    {
    }

    #[Route(['en' => '/about', 'de' => '/ueber'], name: 'about', methods: ['GET'])]
    public function about(): Response
    {
    }

    #[Route(path: Paths::FEED_PATH, methods: ['GET'])]
    public function feed(): Response
    {
    }

    public function legacy(): Response
    {
    }
}
